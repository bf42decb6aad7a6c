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
    public void AJobIsDeletedOnceItsExecutionsAreSeen() => Assert.Equal(
        [
            "gcloud run jobs describe shop --region=us-central1 --project=acme-prod",
            "gcloud run jobs executions list --region=us-central1 --project=acme-prod --job=shop",
            "gcloud run jobs executions cancel --region=us-central1 --project=acme-prod EXECUTION",
            "gcloud run jobs delete shop --region=us-central1 --project=acme-prod",
            "gcloud run jobs deploy shop --region=us-central1 --project=acme-prod --image=GOOD_IMAGE",
        ], Commands(On(ResourceKind.Job)));

    [Fact]
    public void AWorkerPoolIsScaledToZeroAndBack() => Assert.Equal(
        [
            "gcloud run worker-pools describe shop --region=us-central1 --project=acme-prod",
            "gcloud run worker-pools update shop --region=us-central1 --project=acme-prod --instances=0",
            "gcloud run worker-pools deploy shop --region=us-central1 --project=acme-prod --instances=INSTANCES --container=app --image=GOOD_IMAGE",
        ], Commands(On(ResourceKind.WorkerPool)));

    [Fact]
    public void AMiningCommandIsTakenAwayWithTheImage() => Assert.EndsWith(
        " --image=GOOD_IMAGE --command= --args=", Commands(SomeFinding.Full with { Match = SomeFinding.Full.Match with { Repository = "" } })[^1], StringComparison.Ordinal);

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
