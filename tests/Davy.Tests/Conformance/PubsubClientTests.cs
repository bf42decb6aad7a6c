using Davy.Tests.Fakes;
using Davy.Tests.Ingest;

namespace Davy.Tests.Conformance;

/// <summary>Google's own client, unmodified, publishes to what stands in for Pub/Sub in the tests, so that davyd pulls from something that speaks the real protocol.</summary>
public sealed class PubsubClientTests
{
    [Fact]
    public async Task WhatTheClientOfGooglePublishesIsPulledAndFound()
    {
        const int Services = 200;
        var package = ClientPackage.PubsubFolder;
        using TemporaryFolder folder = new();
        await File.WriteAllLinesAsync(folder.File("entries.jsonl"), Enumerable.Range(0, Services).SelectMany(place => (string[])
            [SomeEntries.SystemEvent("acme-prod", $"web-{place}").ToJsonString(), SomeEntries.Activity("acme-prod", $"web-{place}").ToJsonString()]), TestContext.Current.CancellationToken);
        await using var pubsub = await FakePubsub.StartAsync();
        await using var grpc = await FakePubsubGrpc.StartAsync(pubsub);
        await using var server = await PulledServer.StartAsync(pubsub);

        var ids = (await ClientPackage.RunAsync(package, "publish.mjs", [("PUBSUB_EMULATOR_HOST", grpc.Authority)], "acme-sec", "davy", "davy", folder.File("entries.jsonl"))).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var subscription = pubsub.Subscription(PulledServer.Name)!;
        await PulledServer.UntilAsync(() => subscription.Acknowledged.Count == 2 * Services, () => subscription.Now);
        Assert.Equal(ids.Order(StringComparer.Ordinal), subscription.Acknowledged.Order(StringComparer.Ordinal));
        var findings = await server.FindingsAsync();
        Assert.Equal(Services, findings.Count);
        Assert.All(findings, finding => Assert.Contains("caller@example.com", finding.ToJsonString(), StringComparison.Ordinal));
    }
}
