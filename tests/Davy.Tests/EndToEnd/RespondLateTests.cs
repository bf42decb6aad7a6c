using System.Text.Json.Nodes;
using Davy.Tests.Fakes;

namespace Davy.Tests.EndToEnd;

/// <summary>Cloud Run tells late what was changed a moment ago: a read after a write shows what was there before.</summary>
public sealed class RespondLateTests : RespondTrial
{
    [Theory]
    [InlineData(FakeCloudRun.Service, "stop", "shop")]
    [InlineData(FakeCloudRun.Service, "replace", "shop")]
    [InlineData(FakeCloudRun.Service, "close", "shop")]
    [InlineData(FakeCloudRun.Service, "delete", "shop")]
    [InlineData(FakeCloudRun.Job, "stop", "batch")]
    [InlineData(FakeCloudRun.Pool, "replace", "crunch")]
    public async Task WhatIsToldLateIsWaitedForAndWrittenDownAsItIs(string resource, string action, string name)
    {
        await using var fake = await FakeCloudRun.StartAsync();
        fake.LateReads = 4;

        var (code, text, error) = Apply(fake, Planned(fake, resource, action), name);

        Assert.True(code == 0, text + error);
        Assert.Equal(fake.Changes.Count, fake.Changes.Distinct().Count());
        if (action == "delete") return;
        var after = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Records, RecordOf(text), "after.json"), TestContext.Current.CancellationToken))!["workload"]!;
        Assert.Equal((string?)fake.Objects[resource]["generation"], (string?)after["generation"]);
        if (resource == FakeCloudRun.Job) return;

        var undone = Run(fake, "undo", RecordOf(text), "--confirm", name, "--reason", "An exercise.");
        Assert.True(undone.Code == 0, undone.Out + undone.Error);
        var record = Path.Combine(Records, RecordOf(undone.Out), "after.json");
        Assert.Equal((string?)fake.Objects[resource]["generation"], (string?)JsonNode.Parse(await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken))!["workload"]!["generation"]);
    }

    [Fact]
    public async Task WhatIsNeverToldIsNotKnownAndNotRepeated()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var plan = Planned(fake, FakeCloudRun.Service, "stop");
        fake.LateReads = 1_000;

        var (code, text, _) = Apply(fake, plan);

        Assert.Equal(3, code);
        Assert.Contains("  unknown: Scale shop to zero.", text, StringComparison.Ordinal);
        Assert.Single(fake.Changes);
    }
}
