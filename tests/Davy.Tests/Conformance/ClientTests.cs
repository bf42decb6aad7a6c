using System.Globalization;
using System.Text.Json;
using Davy.Findings;
using Davy.Storage;
using Davy.Tests.Api;
using Davy.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Davy.Tests.Conformance;

/// <summary>Google's own client, unmodified, works against davyd: over gRPC and over REST, all methods that are served, with their errors.</summary>
public sealed class ClientTests
{
    const int Many = 2_500;

    [Theory]
    [InlineData("grpc", DatabaseKind.Sqlite)]
    [InlineData("rest", DatabaseKind.Sqlite)]
    [InlineData("grpc", DatabaseKind.PostgreSql)]
    [InlineData("rest", DatabaseKind.PostgreSql)]
    public async Task TheClientOfGoogleFindsWhatItExpects(string transport, DatabaseKind kind)
    {
        _ = ClientPackage.Folder;
        await using var database = await TestDatabase.CreateAsync(kind, TestContext.Current.CancellationToken);
        await using var server = await RunningServer.StartAsync(database: database.ConnectionString);
        var source = await server.SourceAsync();
        await KeepManyAsync(server.Services.GetRequiredService<FindingStore>(), source);

        var port = (transport == "grpc" ? server.Grpc : server.Http).Port.ToString(CultureInfo.InvariantCulture);
        using var said = JsonDocument.Parse(await ClientPackage.RunAsync("client.mjs", transport, port, source));

        Assert.True(said.RootElement.GetProperty("calls").GetInt32() >= 60);
        Assert.Equal(29, said.RootElement.GetProperty("methods").EnumerateObject().Count());
    }

    static async Task KeepManyAsync(FindingStore findings, string source)
    {
        var found = Enumerable.Range(0, Many).Select(number =>
        {
            Assert.True(FindingName.TryParse($"{source}/findings/m{number}", out var name));
            return new NewFinding(name, new(
                $$"""{"category":"Many","state":"ACTIVE","severity":"{{(number % 2 == 0 ? "LOW" : "HIGH")}}","eventTime":"2026-01-01T{{number / 60 % 24:D2}}:{{number % 60:D2}}:00Z"}""",
                """{"gcpMetadata":{"project":"//cloudresourcemanager.googleapis.com/projects/shop"}}"""));
        });
        await Task.WhenAll(found.Select(finding => findings.MergeAsync(finding, TestContext.Current.CancellationToken)));
    }
}
