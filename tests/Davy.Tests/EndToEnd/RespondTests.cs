using Davy.Tests.Fakes;

namespace Davy.Tests.EndToEnd;

/// <summary><c>davy respond</c>, against the Cloud Run Admin API as a fake speaks it.</summary>
public sealed class RespondTests : RespondTrial
{
    [Fact]
    public async Task APlanSaysWhatThereIsAndChangesNothing()
    {
        await using var fake = await FakeCloudRun.StartAsync();

        var (code, text, _) = Run(fake, "plan", "--resource", FakeCloudRun.Service);

        Assert.Equal(1, code);
        Assert.Contains("LISTED: docker.io/metal3d/xmrig", text, StringComparison.Ordinal);
        Assert.Contains("shop-00001-abc is good", text, StringComparison.Ordinal);
        Assert.Contains("Recommended: replace", text, StringComparison.Ordinal);
        Assert.Contains("remove-iam-policy-binding acme-prod --member=user:thief@example.com", text, StringComparison.Ordinal);
        Assert.All(fake.Http.Requests, request => Assert.Equal("GET", request.Method));
    }

    [Fact]
    public async Task AReplacementLeavesNothingListedAndIsUndone()
    {
        await using var fake = await FakeCloudRun.StartAsync();

        var (code, text, error) = Apply(fake, Planned(fake, FakeCloudRun.Service, "replace"));

        Assert.True(code == 0, text + error);
        Assert.Equal([$"PATCH {FakeCloudRun.Service}", $"DELETE {FakeCloudRun.Service}/revisions/shop-00002-bad"], fake.Changes);
        Assert.DoesNotContain(fake.Objects.Where(each => each.Key.StartsWith(FakeCloudRun.Service, StringComparison.Ordinal)), each => each.Value.ToJsonString().Contains("xmrig", StringComparison.Ordinal));
        Assert.DoesNotContain("canary", fake.Objects[FakeCloudRun.Service].ToJsonString(), StringComparison.Ordinal);

        var record = text.Split(' ')[1].TrimEnd(':');
        Assert.Equal(2, Run(fake, "undo", record, "--confirm", "wrong", "--reason", "x").Code);
        var undone = Run(fake, "undo", record, "--confirm", "shop", "--reason", "It was an exercise.");
        Assert.True(undone.Code == 0, undone.Out + undone.Error);
        Assert.Contains("xmrig", fake.Objects[FakeCloudRun.Service]["template"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("canary", fake.Objects[FakeCloudRun.Service].ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("guard 'record' holds", Run(fake, "undo", record, "--confirm", "shop", "--reason", "x").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FakeCloudRun.Service, "stop", "shop", "PATCH " + FakeCloudRun.Service)]
    [InlineData(FakeCloudRun.Service, "delete", "shop", "DELETE " + FakeCloudRun.Service)]
    [InlineData(FakeCloudRun.Service, "close", "shop", "PATCH " + FakeCloudRun.Service + "|POST " + FakeCloudRun.Service + ":setIamPolicy")]
    [InlineData(FakeCloudRun.Job, "stop", "batch", "POST " + FakeCloudRun.Job + "/executions/batch-run1")]
    [InlineData(FakeCloudRun.Job, "delete", "batch", "DELETE " + FakeCloudRun.Job)]
    [InlineData(FakeCloudRun.Job, "replace", "batch", "PATCH " + FakeCloudRun.Job + "|POST " + FakeCloudRun.Job + "/executions/batch-run1")]
    public async Task EachActionDoesWhatItsPlanSaysAndIsRecorded(string resource, string action, string name, string changes)
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var plan = Planned(fake, resource, action, resource == FakeCloudRun.Job && action == "replace" ? ["--image", FakeCloudRun.Good] : []);
        Assert.Empty(fake.Changes);

        var (code, text, error) = Apply(fake, plan, name);

        Assert.True(code == 0, text + error);
        Assert.Equal(changes.Split('|'), fake.Changes);
        var history = Run(fake, "history");
        Assert.Equal(0, history.Code);
        Assert.Contains($"{action}  {resource}  verified", history.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("confirmation", "shopp", "Why.", "")]
    [InlineData("reason", "shop", " ", "")]
    [InlineData("allow-list", "shop", "Why.", """{"version":1,"allow":[]}""")]
    [InlineData("deny-list", "shop", "Why.", """{"version":1,"allow":["acme-prod"],"deny":["acme-prod"]}""")]
    [InlineData("kill-switch", "shop", "Why.", """{"version":1,"allow":["acme-prod"],"killSwitch":"on"}""")]
    public async Task AGuardThatHoldsIsNamedAndNothingIsSent(string guard, string confirm, string reason, string policy)
    {
        await using var fake = await FakeCloudRun.StartAsync();
        if (policy != "") await File.WriteAllTextAsync(Folder.File("policy.json"), policy, TestContext.Current.CancellationToken);
        var plan = Planned(fake, FakeCloudRun.Service, "stop");

        var (code, _, error) = Apply(fake, plan, confirm, reason);

        Assert.Equal(2, code);
        Assert.Contains($"guard '{guard}' holds", error, StringComparison.Ordinal);
        Assert.Empty(fake.Changes);
    }

    [Theory]
    [InlineData("etag")]
    [InlineData("same-workload")]
    [InlineData("present")]
    [InlineData("plan")]
    public async Task WhatChangedBehindOurBackStopsIt(string guard)
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var plan = Planned(fake, FakeCloudRun.Service, "stop");
        var service = fake.Objects[FakeCloudRun.Service];
        if (guard == "same-workload") service["uid"] = "uid-9";
        if (guard == "present") fake.Objects.Remove(FakeCloudRun.Service);
        if (guard == "etag") service["description"] = "Mine now.";
        if (guard == "etag") fake.Put(FakeCloudRun.Service, service);
        if (guard == "plan") await File.WriteAllTextAsync(plan, (await File.ReadAllTextAsync(plan, TestContext.Current.CancellationToken)).Replace("\"stop\"", "\"delete\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var (code, _, error) = Apply(fake, plan);

        Assert.Equal(2, code);
        Assert.Contains(guard == "plan" ? "it was changed after it was made" : $"guard '{guard}' holds", error, StringComparison.Ordinal);
        if (guard == "etag") Assert.Contains("What was changed since:\n  + description: Mine now.\n", error, StringComparison.Ordinal);
        Assert.Empty(fake.Changes);
    }

    [Theory]
    [InlineData(true, "done")]
    [InlineData(false, "not done")]
    public async Task WhatBrokeOffIsAskedForAndNeverRepeated(bool arrived, string outcome)
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var plan = Planned(fake, FakeCloudRun.Service, "stop");
        FakeAnswer? Lost(FakeRequest request) => request.Method == "PATCH" && request.Query("validateOnly") == "" ? FakeAnswer.Error(503, "UNAVAILABLE", "Nobody knows.") : null;
        if (arrived) fake.After = Lost;
        else fake.Before = Lost;

        Assert.Equal(3, Apply(fake, plan).Code);
        (fake.Before, fake.After) = (_ => null, _ => null);
        var again = Apply(fake, plan);

        Assert.Contains($"  {outcome}: Scale shop to zero.", again.Error, StringComparison.Ordinal);
        Assert.Single(fake.Changes);
    }

    [Fact]
    public async Task AChangedRecordShows()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        Assert.Equal(0, Apply(fake, Planned(fake, FakeCloudRun.Service, "stop")).Code);
        var journal = Path.Combine(Records, "journal.jsonl");
        await File.WriteAllTextAsync(journal, (await File.ReadAllTextAsync(journal, TestContext.Current.CancellationToken)).Replace("Mining.", "Nothing", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var history = Run(fake, "history");

        Assert.Equal(3, history.Code);
        Assert.Contains("the record was changed", history.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostileTextFoolsNoTerminalAndNoShell()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        var service = fake.Objects[FakeCloudRun.Service];
        const string hostile = "x'; rm -rf / #\u001b[31m\u202e@example.com";
        service["lastModifier"] = hostile;
        service["template"]!["serviceAccount"] = hostile;
        fake.Objects[$"{FakeCloudRun.Service}/revisions/shop-00002-bad"]["creator"] = hostile;

        var (_, text, error) = Run(fake, "plan", "--resource", FakeCloudRun.Service, "--action", "stop");

        Assert.DoesNotContain('\u001b', text + error);
        Assert.DoesNotContain('\u202e', text + error);
        Assert.DoesNotContain(text.Split('\n'), line => line.TrimStart().StartsWith("gcloud", StringComparison.Ordinal) && line.Contains("rm -rf", StringComparison.Ordinal));
        Assert.Equal(2, Run(fake, "plan", "--resource", "projects/a/../b").Code);
    }
}
