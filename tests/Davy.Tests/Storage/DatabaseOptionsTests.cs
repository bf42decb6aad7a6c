using Davy.Storage;

namespace Davy.Tests.Storage;

public sealed class DatabaseOptionsTests
{
    [Theory]
    [InlineData(null, "/data/davy.db")]
    [InlineData("  ", "/data/davy.db")]
    [InlineData("kept/findings.db", "/data/kept/findings.db")]
    [InlineData("/elsewhere/findings.db", "/elsewhere/findings.db")]
    [InlineData("Data Source=findings.db", "/data/findings.db")]
    public void AFileIsSqlite(string? text, string file)
    {
        var options = DatabaseOptions.Parse(text, "/data");

        Assert.Equal((DatabaseKind.Sqlite, file), (options.Kind, options.Display));
        Assert.Contains($"Data Source={file}", options.ConnectionString, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Foreign Keys=True", options.ConnectionString, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void AHostIsPostgreSqlAndItsPasswordIsNeverShown()
    {
        var options = DatabaseOptions.Parse("Host=db.example.com;Database=davy;Username=davy;Password=canary", "/data");

        Assert.Equal(DatabaseKind.PostgreSql, options.Kind);
        Assert.Equal("PostgreSQL davy at db.example.com", options.Display);
        Assert.DoesNotContain("canary", options.Display, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://davy:canary@db.example.com/davy", "Host=HOST")]
    [InlineData("Password=canary;Username=davy", "neither a host nor a file")]
    [InlineData("Password='canary;x", "cannot be read")]
    [InlineData(":memory:", "must be a file")]
    [InlineData("Data Source=:memory:", "must be a file")]
    [InlineData("file:x.db?mode=memory", "must be a file")]
    public void WhatIsNeitherIsRefusedWithWhatToWriteInstead(string text, string reason)
    {
        var fault = Assert.Throws<FormatException>(() => DatabaseOptions.Parse(text, "/data"));

        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", fault.ToString(), StringComparison.Ordinal);
    }
}
