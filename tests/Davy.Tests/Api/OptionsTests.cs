using System.Collections;
using System.Globalization;
using Davy.Server;
using Davy.Server.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Davy.Tests.Api;

/// <summary>How davyd is called, and what it says when it is called wrongly.</summary>
public sealed class OptionsTests
{
    static async Task<(int Code, string Error)> RunAsync(IDictionary environment, params string[] arguments)
    {
        using StringWriter error = new(CultureInfo.InvariantCulture);
        return (await Program.RunAsync(arguments, environment, error), error.ToString());
    }

    [Theory]
    [InlineData("/var/lib/davy:/var/lib/other", "/state", "/home/x", "/var/lib/davy")]
    [InlineData(null, "/state", "/home/x", "/state/davy")]
    [InlineData(null, "relative", "/home/x", "/home/x/.local/state/davy")]
    [InlineData(null, null, "/home/x", "/home/x/.local/state/davy")]
    public void TheDataFolderIsWhereTheSystemWantsIt(string? systemd, string? xdg, string? home, string expected) =>
        Assert.Equal(expected, StateDirectory.Of(new Hashtable { ["STATE_DIRECTORY"] = systemd, ["XDG_STATE_HOME"] = xdg, ["HOME"] = home }));

    [Theory]
    [InlineData("--insecure is for loopback", "--insecure", "--address", "0.0.0.0")]
    [InlineData("--http-port is 70000", "--http-port", "70000")]
    [InlineData("both 9000", "--http-port", "9000", "--grpc-port", "9000")]
    [InlineData("'host' is no IP address", "--address", "host")]
    [InlineData("--retention-days is 0", "--retention-days", "0")]
    [InlineData("--organization must be", "--organization", "acme")]
    [InlineData("cross the network in clear text", "--address", "0.0.0.0")]
    [InlineData("cross the network in clear text", "--address", "::")]
    [InlineData("go together", "--tls-certificate", "/nonexistent")]
    [InlineData("go together", "--tls-key", "/nonexistent")]
    [InlineData("--behind-tls-proxy says", "--behind-tls-proxy", "--tls-certificate", "/nonexistent", "--tls-key", "/nonexistent")]
    [InlineData("--insecure is for loopback", "--insecure", "--address", "0.0.0.0", "--behind-tls-proxy")]
    [InlineData("--tls-port is 70000", "--tls-port", "70000")]
    [InlineData("no-such-option", "--no-such-option")]
    public async Task AWrongOptionIsToldAndNothingStarts(string said, params string[] arguments)
    {
        var (code, error) = await RunAsync(new Hashtable { ["HOME"] = "/nonexistent" }, arguments);

        Assert.Equal(2, code);
        Assert.StartsWith("davyd: ", error, StringComparison.Ordinal);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("K_SERVICE")]
    [InlineData("CLOUD_RUN_WORKER_POOL")]
    public async Task WhereTheDiskDoesNotLastNothingIsKeptUnlessThatIsMeant(string variable)
    {
        using TemporaryFolder folder = new();
        var (code, error) = await RunAsync(new Hashtable { [variable] = "davy" }, "--insecure", "--http-port", "0", "--grpc-port", "0", "--data", folder.Path);
        Assert.Equal(2, code);
        Assert.Contains("--ephemeral", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));

        ServerOptions options = new() { StateDirectory = folder.Path, Ephemeral = true };
        Assert.Contains("gone with it", LastingDisk.Check(options, new Hashtable { [variable] = "davy" }), StringComparison.Ordinal);
        Assert.Null(LastingDisk.Check(options with { Ephemeral = false, Database = "Host=db.example.com;Database=davy" }, new Hashtable { [variable] = "davy" }));
    }

    [Fact]
    public void TheLogIsWrittenAsCloudLoggingReadsIt()
    {
        using StringWriter line = new(CultureInfo.InvariantCulture);
        new CloudLoggingFormatter(TimeProvider.System).Write(new LogEntry<string>(LogLevel.Error, "Davy.Test", new(7), "a\nb \u001b[31m", new IOException("why"), (state, _) => state), null, line);

        Assert.Equal(1, line.ToString().Count('\n'));
        var json = System.Text.Json.Nodes.JsonNode.Parse(line.ToString())!;
        Assert.Equal(("ERROR", "a\nb \u001b[31m", 7), ((string)json["severity"]!, (string)json["message"]!, (int)json["event"]!));
        Assert.Contains("why", (string)json["exception"]!, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', line.ToString());
    }

    [Theory]
    [InlineData("Host=192.0.2.1;Password=hunter2;NoSuchWord=1")]
    [InlineData("Password=hunter2;Nonsense")]
    [InlineData("Password=hunter2")]
    public async Task APasswordIsNotRepeated(string connection)
    {
        using TemporaryFolder folder = new();
        var (code, error) = await RunAsync(new Hashtable(), "--insecure", "--http-port", "0", "--grpc-port", "0", "--data", folder.Path, "--database", connection);

        Assert.Equal(2, code);
        Assert.Contains("--database: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADatabaseOfALaterProgramIsLeftAlone()
    {
        using TemporaryFolder folder = new();
        var file = Path.Combine(folder.Path, "davy.db");
        await using (Microsoft.Data.Sqlite.SqliteConnection connection = new($"Data Source={file};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE migrations (number bigint NOT NULL PRIMARY KEY, made_at bigint NOT NULL); INSERT INTO migrations VALUES (9999, 0)";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var (code, error) = await RunAsync(new Hashtable(), "--insecure", "--http-port", "0", "--grpc-port", "0", "--data", folder.Path);

        Assert.Equal(2, code);
        Assert.Contains("later version", error, StringComparison.Ordinal);
    }
}
