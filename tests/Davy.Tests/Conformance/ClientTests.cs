using System.Globalization;
using System.Text.Json;
using Davy.Findings;
using Davy.Server.Callers;
using Davy.Storage;
using Davy.Tests.Api;
using Davy.Tests.Callers;
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

    /// <summary>As it is used with Google: TLS, and a token that it sends over nothing else.</summary>
    [Theory]
    [InlineData("grpc")]
    [InlineData("rest")]
    public async Task TheClientOfGoogleFindsTheSameOverTlsWithAToken(string transport)
    {
        _ = ClientPackage.Folder;
        using TemporaryFolder folder = new();
        using TestAuthority authority = new();
        var (certificate, key) = authority.Write(folder, "davyd");
        var root = folder.File("root.pem");
        await File.WriteAllTextAsync(root, authority.Root.ExportCertificatePem(), TestContext.Current.CancellationToken);
        (string, string)[] trust = [("NODE_EXTRA_CA_CERTS", root), ("GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", root)];
        await using var server = await RunningServer.StartAsync(
            insecure: false, with: options => options with { TlsCertificate = certificate, TlsKey = key, TlsPort = 0 }, handler: RawGrpc.Trusting(authority.Root));
        server.Token = (await server.TokenAsync(Roles.Administrator)).Text;
        var source = await server.SourceAsync();
        await KeepManyAsync(server.Services.GetRequiredService<FindingStore>(), source);

        using var said = JsonDocument.Parse(await ClientPackage.RunAsync("client.mjs", [("DAVY_TOKEN", server.Token), .. trust],
            transport, server.Http.Port.ToString(CultureInfo.InvariantCulture), source));

        Assert.True(said.RootElement.GetProperty("calls").GetInt32() >= 60);

        var viewer = (await server.TokenAsync("viewer")).Text;
        var (_, ended) = await server.TokenAsync(Roles.Administrator, TimeProvider.System.GetUtcNow().AddMinutes(-1));
        await ClientPackage.RunAsync("refusals.mjs", [("DAVY_TOKEN", viewer), ("DAVY_BAD_TOKEN", ended), .. trust],
            transport, server.Http.Port.ToString(CultureInfo.InvariantCulture));
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
