using System.Text.Json.Nodes;
using Davy.Tests.Fakes;
using Davy.Tests.Images;

namespace Davy.Tests.EndToEnd;

/// <summary>What <c>davy respond</c> knows of images by looking into them, and what it keeps before it changes anything. Registry and images are the test's own.</summary>
public sealed class RespondEvidenceTests : RespondTrial, IAsyncLifetime
{
    static readonly string[] Registry = ["--plain-http", "--anonymous", "--yes"];

    DeployedImages _images = null!;
    FakeCloudRun _fake = null!;

    public async ValueTask InitializeAsync() => (_images, _fake) = (await DeployedImages.StartAsync(), await FakeCloudRun.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await _images.DisposeAsync();
        await _fake.DisposeAsync();
        Dispose();
    }

    /// <summary>The service's first revision, which was good by all that is listed, and its bad one get images that can be had.</summary>
    string Serve(SomeImage first)
    {
        var image = _images.ByDigest(first);
        _fake.Objects[$"{FakeCloudRun.Service}/revisions/shop-00001-abc"]["containers"] = FakeCloudRun.Containers(image);
        return image;
    }

    [Theory]
    [InlineData("miner", "is a miner")]
    [InlineData("container", "contains a miner")]
    [InlineData("suspicious", "is suspicious")]
    public void ARevisionWhoseImageIsBadByAnInspectionIsNotGoneBackTo(string kind, string word)
    {
        var image = Serve(kind == "miner" ? DeployedImages.Miner() : kind == "container" ? DeployedImages.Container() : DeployedImages.Suspicious());
        Assert.Contains("shop-00001-abc is good", Run(_fake, "plan", "--resource", FakeCloudRun.Service).Out, StringComparison.Ordinal);

        // With a bad image listed by its name nobody is asked: the name leads to no registry of the test.
        var (code, text, error) = Run(_fake, ["plan", "--resource", FakeCloudRun.Service, "--inspect", "--plain-http", "--anonymous"]);

        Assert.True(code == 1, error);
        Assert.Contains($"shop-00001-abc is not gone back to: an image of it {word} by the inspection of ", text, StringComparison.Ordinal);
        Assert.Contains($"The image {image} {word} by the inspection of ", text, StringComparison.Ordinal);
        Assert.Contains("minutes ago", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Recommended: replace", text, StringComparison.Ordinal);
        Assert.Contains("was not looked into", error, StringComparison.Ordinal);

        // It is kept, and holds without being asked for again.
        var asked = _images.Registry.Asked.Count;
        var (again, _, refused) = Run(_fake, "plan", "--resource", FakeCloudRun.Service, "--action", "replace");
        Assert.Equal(2, again);
        Assert.Contains("replace cannot be done", refused, StringComparison.Ordinal);
        Assert.Equal(asked, _images.Registry.Asked.Count);
    }

    [Fact]
    public async Task ACleanRevisionIsGoneBackToAndTheReportIsKeptWithTheRecord()
    {
        var image = Serve(DeployedImages.Honest());
        var plan = Planned(_fake, FakeCloudRun.Service, "replace", "--inspect", "--plain-http", "--anonymous");

        var (code, text, error) = Apply(_fake, plan);

        Assert.True(code == 0, text + error);
        var kept = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Records, RecordOf(text), "inspections.json"), TestContext.Current.CancellationToken))!["inspections"]!.AsArray();
        var report = Assert.Single(kept, each => (string?)each!["image"] == image)!;
        Assert.Equal(("clean", image), ((string?)report["verdict"], (string?)report["report"]!["image"]));
    }

    [Fact]
    public void AnImageThatIsNamedAndBadByAnInspectionIsNotDeployed()
    {
        var image = _images.ByDigest(DeployedImages.Miner());

        var (code, _, error) = Run(_fake, ["plan", "--resource", FakeCloudRun.Service, "--action", "replace", "--image", image, "--inspect", "--plain-http", "--anonymous"]);

        Assert.Equal(2, code);
        Assert.Contains("replace cannot be done: the image that is named is a miner by the inspection of ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheListedImageIsSavedOnRequestBeforeAnythingIsChanged()
    {
        var bad = List(DeployedImages.Miner());
        var plan = Planned(_fake, FakeCloudRun.Service, "stop", "--indicators", Folder.File("own.txt"));
        var isSavedBefore = false;
        _fake.Before = request =>
        {
            if (request.Method == "PATCH") isSavedBefore |= Directory.GetFiles(Records, "oci-layout", SearchOption.AllDirectories).Length == 1;
            return null;
        };

        var (code, text, error) = Run(_fake, ["apply", plan, "--confirm", "shop", "--reason", "Mining.", "--indicators", Folder.File("own.txt"), "--save-image", .. Registry]);

        Assert.True(code == 0, text + error);
        Assert.True(isSavedBefore);
        var saved = Path.Combine(Records, RecordOf(text), "image-1");
        Assert.Equal(1, ProgramRun.Of("", "image", "inspect", $"oci:{saved}").Code);
        Assert.Contains(bad, File.ReadAllText(Path.Combine(Records, RecordOf(text), "images.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void IfTheImageCannotBeSavedNothingIsChanged(bool isGone)
    {
        List(DeployedImages.Miner());
        var plan = Planned(_fake, FakeCloudRun.Service, "stop", "--indicators", Folder.File("own.txt"));
        if (isGone) _images.Registry.Manifests.Clear();

        var (code, _, error) = Run(_fake, ["apply", plan, "--confirm", "shop", "--reason", "Mining.", "--indicators", Folder.File("own.txt"), "--save-image", .. isGone ? Registry : Registry[..2]]);

        Assert.Equal(2, code);
        Assert.Contains("The guard 'evidence' holds: the image cannot be kept, and nothing is changed without: ", error, StringComparison.Ordinal);
        Assert.Empty(_fake.Changes);
        Assert.Equal(0, Run(_fake, "history").Code);
        Assert.Empty(Directory.GetDirectories(Records));
    }

    /// <summary>The service's image is on a list of the person's own, by its digest.</summary>
    string List(SomeImage image)
    {
        var bad = _images.ByDigest(image);
        File.WriteAllText(Folder.File("own.txt"), bad[(bad.IndexOf('@', StringComparison.Ordinal) + 1)..] + "\n");
        _fake.Objects[FakeCloudRun.Service]["template"]!["containers"] = FakeCloudRun.Containers(bad);
        _fake.Objects[$"{FakeCloudRun.Service}/revisions/shop-00002-bad"]["containers"] = FakeCloudRun.Containers(bad);
        return bad;
    }
}
