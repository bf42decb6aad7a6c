using System.Text.Json.Nodes;
using Davy.Tests.Fakes;

namespace Davy.Tests.EndToEnd;

/// <summary>What stops <c>davy respond</c> before and between its steps, and what takes its steps back.</summary>
public sealed class RespondGuardTests : RespondTrial
{
    [Theory]
    [InlineData("plan-age", "stop")]
    [InlineData("still-listed", "stop")]
    [InlineData("possible", "stop")]
    [InlineData("same-plan", "replace")]
    public async Task AGuardOnWhatIsThereNowIsNamedAndNothingIsSent(string guard, string action)
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var plan = Planned(fake, FakeCloudRun.Service, action);
        var service = fake.Objects[FakeCloudRun.Service];
        var bad = fake.Objects[$"{FakeCloudRun.Service}/revisions/shop-00002-bad"];

        // The etag stays: each guard stands alone.
        if (guard == "plan-age") Clock = new LaterClock();
        if (guard == "possible") service["scaling"] = new JsonObject { ["scalingMode"] = "MANUAL", ["manualInstanceCount"] = 0 };
        if (guard == "same-plan") fake.Put($"{FakeCloudRun.Service}/revisions/shop-00003-bad", bad.DeepClone().AsObject());
        if (guard == "still-listed")
        {
            service["template"]!["containers"]![0]!["image"] = FakeCloudRun.Good;
            bad["containers"]![0]!["image"] = FakeCloudRun.Good;
        }

        var (code, _, error) = Apply(fake, plan);

        Assert.Equal(2, code);
        Assert.Contains($"guard '{guard}' holds", error, StringComparison.Ordinal);
        Assert.Empty(fake.Changes);
    }

    [Fact]
    public async Task AConflictBetweenStepsStopsItAndShowsTheDifference()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var plan = Planned(fake, FakeCloudRun.Service, "replace");
        fake.After = request =>
        {
            if (request.Method != "PATCH" || request.Query("validateOnly") != "") return null;
            var service = fake.Objects[FakeCloudRun.Service].DeepClone().AsObject();
            (service["generation"], service["description"]) = ("4", "Mine now.");
            fake.Put(FakeCloudRun.Service, service);
            return null;
        };

        var (code, text, _) = Apply(fake, plan);

        Assert.Equal(2, code);
        Assert.Contains("  done: ", text, StringComparison.Ordinal);
        Assert.Contains("somebody else changed the workload meanwhile", text, StringComparison.Ordinal);
        Assert.Contains("  + description: Mine now.\n", text, StringComparison.Ordinal);
        Assert.Equal([$"PATCH {FakeCloudRun.Service}"], fake.Changes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task APolicyThatSomebodyElseWroteIsNotOverwritten(bool isUndone)
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var plan = Planned(fake, FakeCloudRun.Service, "close");
        JsonObject theirs = new() { ["etag"] = "dGhlaXJz", ["bindings"] = new JsonArray() };
        if (!isUndone)
        {
            fake.After = request =>
            {
                if (request.Method == "PATCH" && request.Query("validateOnly") == "") fake.Policies[FakeCloudRun.Service] = theirs;
                return null;
            };
        }

        var (code, text, error) = Apply(fake, plan);
        if (isUndone)
        {
            Assert.True(code == 0, text + error);
            fake.Policies[FakeCloudRun.Service] = theirs;
            (code, text, error) = Run(fake, "undo", RecordOf(text), "--confirm", "shop", "--reason", "An exercise.");
        }

        Assert.Equal(2, code);
        Assert.Contains(isUndone ? "guard 'etag' holds: who may do what with it was changed" : "somebody else changed the workload meanwhile", text + error, StringComparison.Ordinal);
        Assert.Same(theirs, fake.Policies[FakeCloudRun.Service]);
    }

    [Fact]
    public async Task ARefusedRehearsalChangesNothing()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var plan = Planned(fake, FakeCloudRun.Service, "stop");
        fake.Before = request => request.Query("validateOnly") == "true" ? FakeAnswer.Error(403, "PERMISSION_DENIED", "You may not.") : null;

        var (code, text, _) = Apply(fake, plan);

        Assert.Equal(2, code);
        Assert.Contains("the rehearsal of step 1 failed", text, StringComparison.Ordinal);
        Assert.Contains("  not done: Scale shop to zero.", text, StringComparison.Ordinal);
        Assert.Empty(fake.Changes);
    }

    [Fact]
    public async Task AFailedOperationStopsWhatWouldFollow()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var plan = Planned(fake, FakeCloudRun.Service, "replace");
        fake.Before = request => request.Path.Contains("/operations/", StringComparison.Ordinal) ? new(200, """{"done":true,"error":{"code":9,"message":"The revision is not ready."}}""") : null;

        var (code, text, _) = Apply(fake, plan);

        Assert.Equal(2, code);
        Assert.Contains("The operation failed: The revision is not ready.", text, StringComparison.Ordinal);
        Assert.Equal([$"PATCH {FakeCloudRun.Service}"], fake.Changes);
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("close")]
    public async Task WhatWasStoppedOrClosedIsGivenBack(string action)
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var policy = fake.Policies[FakeCloudRun.Service]["bindings"]!.ToJsonString();
        var applied = Apply(fake, Planned(fake, FakeCloudRun.Service, action));
        Assert.True(applied.Code == 0, applied.Out + applied.Error);

        var (code, text, error) = Run(fake, "undo", RecordOf(applied.Out), "--confirm", "shop", "--reason", "An exercise.");

        Assert.True(code == 0, text + error);
        var service = fake.Objects[FakeCloudRun.Service];
        Assert.NotEqual("MANUAL", (string?)service["scaling"]?["scalingMode"]);
        Assert.Equal("INGRESS_TRAFFIC_ALL", (string?)service["ingress"]);
        Assert.Equal(policy, fake.Policies[FakeCloudRun.Service]["bindings"]!.ToJsonString());
    }

    [Fact]
    public async Task AWorkerPoolIsStoppedGivenBackAndReplaced()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var stopped = Apply(fake, Planned(fake, FakeCloudRun.Pool, "stop"), "crunch");
        Assert.True(stopped.Code == 0, stopped.Out + stopped.Error);
        Assert.Equal(0, (int)fake.Objects[FakeCloudRun.Pool]["scaling"]!["manualInstanceCount"]!);
        Assert.Equal(0, Run(fake, "undo", RecordOf(stopped.Out), "--confirm", "crunch", "--reason", "An exercise.").Code);
        Assert.Equal(3, (int)fake.Objects[FakeCloudRun.Pool]["scaling"]!["manualInstanceCount"]!);

        var (code, text, error) = Apply(fake, Planned(fake, FakeCloudRun.Pool, "replace"), "crunch");

        Assert.True(code == 0, text + error);
        Assert.DoesNotContain(fake.Objects.Where(each => each.Key.StartsWith(FakeCloudRun.Pool, StringComparison.Ordinal)), each => each.Value.ToJsonString().Contains("xmrig", StringComparison.Ordinal));
    }

    sealed class LaterClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromMinutes(31);
    }
}
