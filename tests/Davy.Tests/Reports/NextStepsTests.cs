using Davy.CloudRun;
using Davy.Findings;
using Davy.Reports;

namespace Davy.Tests.Reports;

public sealed class NextStepsTests
{
    static List<string> Commands(Finding finding) =>
        [.. NextSteps.Of(finding, new(finding, SomeFinding.Known)).Select(step => step.Command).Where(command => command != "")];

    static Finding On(ResourceKind kind, string name = "shop", string location = "us-central1") =>
        SomeFinding.Full with { Resource = new(kind, "acme-prod", location, name) };

    [Fact]
    public void AServiceIsScaledToZeroAndBack() => Assert.Equal(
        [
            "gcloud run services describe shop --region=us-central1 --project=acme-prod",
            "gcloud run services update shop --region=us-central1 --project=acme-prod --scaling=0",
            "gcloud run services update shop --region=us-central1 --project=acme-prod --scaling=auto --container=app --image=GOOD_IMAGE",
        ], Commands(On(ResourceKind.Service)));

    [Fact]
    public void AJobIsDeleted() => Assert.Contains("gcloud run jobs delete shop --region=us-central1 --project=acme-prod", Commands(On(ResourceKind.Job)));

    [Fact]
    public void AWorkerPoolIsScaledToZero() =>
        Assert.Contains("gcloud run worker-pools update shop --region=us-central1 --project=acme-prod --instances=0", Commands(On(ResourceKind.WorkerPool)));

    [Fact]
    public void ForAnInstanceNoCommandIsInvented() => Assert.Empty(Commands(On(ResourceKind.Instance)));

    [Theory]
    [InlineData("shop; rm -rf ~")]
    [InlineData("--flags-file=/etc/passwd")]
    [InlineData("$(id)")]
    [InlineData("shop\nrm")]
    [InlineData("sh\u200Bop")]
    [InlineData("'")]
    [InlineData("")]
    public void ANameThatCloudRunNeverGivesMakesNoCommand(string name)
    {
        Assert.Empty(Commands(On(ResourceKind.Service, name)));
        Assert.Empty(Commands(On(ResourceKind.Service, location: name)));
    }

    [Fact]
    public void AHostileContainerNameIsLeftOut() => Assert.DoesNotContain(
        Commands(SomeFinding.Full with { Containers = [new("a b;c", "x", "x")] }), command => command.Contains("--container", StringComparison.Ordinal));
}
