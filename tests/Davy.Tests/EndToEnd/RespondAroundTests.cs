using System.Text.Json.Nodes;
using Davy.Tests.Fakes;

namespace Davy.Tests.EndToEnd;

/// <summary>What a plan looks up around a workload: its schedules, and where else the same is.</summary>
public sealed class RespondAroundTests : RespondTrial
{
    const string Schedules = "projects/acme-prod/locations/us-central1/jobs";
    const string Services = "projects/acme-prod/locations/-/services";

    static JsonObject Schedule(string name, string uri) => new() { ["name"] = $"{Schedules}/{name}", ["schedule"] = "*/5 * * * *", ["timeZone"] = "Etc/UTC", ["state"] = "ENABLED", ["httpTarget"] = new JsonObject { ["uri"] = uri } };

    static JsonObject Knative(string name, string location, string image, string modifier) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["cloud.googleapis.com/location"] = location }, ["annotations"] = new JsonObject { ["serving.knative.dev/lastModifier"] = modifier } },
        ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = FakeCloudRun.Containers(image) } } },
    };

    [Fact]
    public async Task TheSchedulesThatStartAJobAreNamed()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        fake.Lists[Schedules] = new()
        {
            ["jobs"] = new JsonArray(
                Schedule("two", "https://run.googleapis.com/v2/projects/acme-prod/locations/us-central1/jobs/batch:run"),
                Schedule("one", "https://us-central1-run.googleapis.com/apis/run.googleapis.com/v1/namespaces/123456/jobs/batch:run"),
                Schedule("other-job", "https://run.googleapis.com/v2/projects/acme-prod/locations/us-central1/jobs/batch2:run"),
                Schedule("other-project", "https://run.googleapis.com/v2/projects/acme-test/locations/us-central1/jobs/batch:run"),
                Schedule("other-host", "https://example.com/v2/projects/acme-prod/locations/us-central1/jobs/batch:run")),
        };

        var text = Run(fake, "plan", "--resource", FakeCloudRun.Job).Out;

        Assert.Contains($"(Cloud Scheduler)\n  {Schedules}/two: */5 * * * * Etc/UTC, ENABLED; pause it", text, StringComparison.Ordinal);
        Assert.Contains($"  {Schedules}/one: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain($"{Schedules}/other", text, StringComparison.Ordinal);
        var plan = JsonNode.Parse(await File.ReadAllTextAsync(Planned(fake, FakeCloudRun.Job, "stop"), TestContext.Current.CancellationToken))!;
        Assert.Equal(2, plan["schedules"]!["found"]!.AsArray().Count);
        Assert.DoesNotContain("Cloud Scheduler", Run(fake, "plan", "--resource", FakeCloudRun.Service).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SchedulesThatMayNotBeLookedUpAreSaidToBe()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        fake.Before = request => request.Path == $"/v1/{Schedules}" ? FakeAnswer.Error(403, "PERMISSION_DENIED", "You may not.") : null;

        var (code, text, _) = Run(fake, "plan", "--resource", FakeCloudRun.Job);

        Assert.Equal(1, code);
        Assert.Contains("Could not be looked up: ", text, StringComparison.Ordinal);
        Assert.Contains("gcloud scheduler jobs list --location=us-central1 --project=acme-prod", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutADavydTheProjectsServicesOfAllRegionsAreLookedThrough()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        fake.Lists[Services] = new()
        {
            ["items"] = new JsonArray(
                Knative("shop", "us-central1", FakeCloudRun.Bad, "thief@example.com"), Knative("far", "europe-west1", FakeCloudRun.Bad, "x@example.com"),
                Knative("theirs", "asia-east1", FakeCloudRun.Good, "thief@example.com"), Knative("honest", "us-central1", FakeCloudRun.Good, "dev@example.com")),
        };

        var text = Run(fake, "plan", "--resource", FakeCloudRun.Service).Out;

        var lines = text.Split("Elsewhere, by the services of the project in all regions")[1].Split('\n')[1..];
        Assert.Equal(["  projects/acme-prod/locations/europe-west1/services/far is given docker.io/metal3d/xmrig, which is listed", "  projects/acme-prod/locations/asia-east1/services/theirs was deployed by thief@example.com too", ""], lines);
        var plan = JsonNode.Parse(await File.ReadAllTextAsync(Planned(fake, FakeCloudRun.Service, "stop"), TestContext.Current.CancellationToken))!;
        Assert.Equal(2, plan["elsewhere"]!.AsArray().Count);
    }
}
