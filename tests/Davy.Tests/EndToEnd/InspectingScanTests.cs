using System.Text.Json.Nodes;
using Davy.Cli.Commands;
using Davy.Tests.Images;
using Microsoft.AspNetCore.Http;

namespace Davy.Tests.EndToEnd;

/// <summary><c>davy scan --inspect</c> as a user calls it.</summary>
public sealed class InspectingScanTests : IAsyncLifetime
{
    readonly TemporaryFolder _folder = new();
    DeployedImages _images = null!;

    public async ValueTask InitializeAsync() => _images = await DeployedImages.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await _images.DisposeAsync();
    }

    static ProgramRun Run(IEnumerable<string> images, params string[] arguments) =>
        ProgramRun.Of(string.Join('\n', images.Select((image, at) => DeployedImages.Entry(image, $"web{at}").ToJsonString())), ["scan", "-", .. arguments]);

    static ProgramRun Inspect(IEnumerable<string> images, params string[] arguments) => Run(images, ["--inspect", "--plain-http", "--anonymous", .. arguments]);

    [Fact]
    public void OffNothingIsAskedAndNothingIsSaid()
    {
        var run = Run([_images.ByDigest(DeployedImages.Miner())], "--format", "scc", "--summary", ProgramRun.SummaryFile);

        Assert.Equal((ExitCode.Clean, ""), (run.Code, run.Text));
        Assert.Null(run.Summary["inspection"]);
        Assert.Empty(_images.Registry.Asked);
    }

    [Fact]
    public void AMinerOnNoListIsFoundAndTheSummaryCounts()
    {
        var run = Inspect([_images.ByDigest(DeployedImages.Miner()), _images.ByDigest(DeployedImages.Honest())], "--summary", ProgramRun.SummaryFile);

        Assert.Equal(ExitCode.Found, run.Code);
        Assert.StartsWith("HIGH  Execution: Cryptomining Docker Image  certain\n", run.Text, StringComparison.Ordinal);
        Assert.Contains(" why     it is on no list, and runs a miner by what is in it: ", run.Text, StringComparison.Ordinal);
        Assert.Contains(" inside  miner, by the digest that ran\n         /m, layer 0, started by the image: ", run.Text, StringComparison.Ordinal);
        Assert.Contains("Looked into 2 of 2 images: miner 1, clean 1.", run.Error, StringComparison.Ordinal);
        Assert.Equal((2, 1, 1), ((int)run.Summary["inspection"]!["images"]!, (int)run.Summary["inspection"]!["miner"]!, (int)run.Summary["inspection"]!["clean"]!));
        Assert.Equal(1, (int)run.Summary["findings"]!);
    }

    /// <summary>Two requests an image that its configuration decides, and one token for all.</summary>
    [Fact]
    public void ManyImagesOfOneRepositoryAskForOneToken()
    {
        _images.Registry.Before = async context =>
        {
            if (context.Request.Path == "/token")
            {
                await context.Response.WriteAsync("""{"token":"let-me-in"}""");
                return true;
            }

            if (context.Request.Headers.Authorization == "Bearer let-me-in") return false;
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = $"""Bearer realm="http://{_images.Registry.Authority}/token",service="fake" """.Trim();
            return true;
        };
        List<string> images = [.. Enumerable.Range(0, 100).Select(i => _images.ByDigest(DeployedImages.Honest().Entrypoint("xmrig", "-o", "pool.supportxmr.com:443", $"{i}")))];

        var run = Inspect(images, "--inspect-limit", "100");

        Assert.Contains("Looked into 100 of 100 images: miner 100.", run.Error, StringComparison.Ordinal);
        Assert.Single(_images.Registry.Asked, asked => asked.Path.StartsWith("/token", StringComparison.Ordinal));
        Assert.Equal(200, _images.Registry.Asked.Count(asked => asked.Authorization.Length > 0));
    }

    [Fact]
    public void EveryFormatShowsIt()
    {
        string[] images = [_images.ByDigest(DeployedImages.Miner()), _images.ByDigest(DeployedImages.Container())];

        var scc = JsonNode.Parse(Inspect(images, "--format", "scc").Text)!;
        var properties = scc["sourceProperties"]!["properties"]!;
        Assert.Equal(("inspection", "image inspection"), ((string?)properties["match"]!["foundBy"], (string?)properties["match"]!["list"]));
        Assert.Equal(("digest", "miner", "/m"), ((string?)properties["inspection"]![0]!["askedBy"], (string?)properties["inspection"]![0]!["verdict"], (string?)properties["inspection"]![0]!["evidence"]![0]!["place"]));
        Assert.Contains("is on no list and runs a miner by what is in it", (string?)scc["finding"]!["description"], StringComparison.Ordinal);
        Assert.Equal(images[0], (string?)scc["finding"]!["containers"]![0]!["imageId"]);

        var json = JsonNode.Parse(Inspect(images, "--format", "json").Text)!;
        Assert.Equal("runs", (string?)json["findings"]![0]!["inspection"]![0]!["evidence"]![0]!["role"]);
        Assert.Equal(("suspectImage", images[1]), ((string?)json["doubts"]![0]!["kind"], (string?)json["doubts"]![0]!["key"]));

        var sarif = JsonNode.Parse(Inspect(images, "--format", "sarif").Text)!["runs"]![0]!;
        Assert.Equal("miner", (string?)sarif["results"]![0]!["properties"]!["inspection"]);
        Assert.Contains("runs a miner by what is in it", (string?)sarif["results"]![0]!["message"]!["text"], StringComparison.Ordinal);
        Assert.Equal("suspectImage", (string?)sarif["invocations"]![0]!["toolExecutionNotifications"]![0]!["descriptor"]!["id"]);

        Assert.Contains("an image with signs of mining, and not enough to call it a miner (1)", Inspect(images).Text, StringComparison.Ordinal);
        Assert.EndsWith(",miner\r\n", Inspect(images, "--format", "csv").Text, StringComparison.Ordinal);
        Assert.Contains("\"verdict\":\"miner\"", Inspect(images, "--format", "ocsf").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void TheExitCodeIsThatOfTheScan()
    {
        Assert.Equal(ExitCode.Clean, Inspect([_images.ByDigest(DeployedImages.Honest())]).Code);
        Assert.Equal(ExitCode.InDoubt, Inspect([_images.ByDigest(DeployedImages.Suspicious())]).Code);
        Assert.Equal(ExitCode.InDoubt, Inspect([$"{_images.Repository}:none"]).Code);
        Assert.Equal(ExitCode.Found, Inspect([$"{_images.Repository}:none", SomeEntries.Miner]).Code);
        Assert.Equal(ExitCode.Clean, Inspect([_images.Tag(DeployedImages.Miner())], "--fail-on", "certain").Code); // Found by its tag: only possible.
        Assert.Equal(ExitCode.Found, Inspect([_images.ByDigest(DeployedImages.Miner())], "--fail-on", "certain").Code);
    }

    [Fact]
    public void AListedImageIsAskedForOnlyWithYes()
    {
        var list = _folder.File("ours.txt");
        File.WriteAllText(list, _images.Repository);
        var image = _images.ByDigest(DeployedImages.Honest());

        var without = Inspect([image], "--indicators", list);
        Assert.Equal(ExitCode.Found, without.Code);
        Assert.Contains("Looked into 0 of 1 image; 1 on a list and not asked for (--yes).", without.Error, StringComparison.Ordinal);
        Assert.Contains("--yes asks all the same", without.Text, StringComparison.Ordinal);
        Assert.Empty(_images.Registry.Asked);

        var with = Inspect([image], "--indicators", list, "--yes");
        Assert.Equal(ExitCode.Found, with.Code);
        Assert.Contains("nothing in it mines: is it listed wrongly? The finding stays.", with.Text, StringComparison.Ordinal);
        Assert.NotEmpty(_images.Registry.Asked);
    }

    [Fact]
    public void TheLimitIsToldAndKept()
    {
        var run = Inspect(Enumerable.Range(0, 4).Select(each => _images.ByDigest(DeployedImages.Honest($"{each}"))), "--inspect-limit", "1");

        Assert.Equal(ExitCode.InDoubt, run.Code);
        Assert.Contains("Looked into 1 of 4 images: clean 1; 3 left out (--inspect-limit).", run.Error, StringComparison.Ordinal);
        Assert.Contains("project acme-prod: images that were not inspected, since --inspect-limit is 1: 3", run.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--yes")]
    [InlineData("--plain-http")]
    [InlineData("--inspect-limit", "3")]
    [InlineData("--registry-mirror", "https://mirror.example.com")]
    public void WhatGoesWithItIsWrongWithoutIt(params string[] arguments)
    {
        var run = Run([SomeEntries.Miner], arguments);

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains($"{arguments[0]} goes with --inspect.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--inspect-limit", "0")]
    [InlineData("--inspect-timeout", "many")]
    [InlineData("--allow-host", "not a host")]
    [InlineData("--proxy", "nonsense")]
    public void AWrongWordIsToldBeforeAnythingIsAsked(string option, string value)
    {
        var run = Inspect([_images.ByDigest(DeployedImages.Honest())], option, value);

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
        Assert.Empty(_images.Registry.Asked);
    }

    [Fact]
    public void NothingOfAnImageSteersATerminal()
    {
        var image = new SomeImage().Entrypoint("/a\u001b[2J\u202E", "-o", "stratum+tcp://pool.example.com:1\n\u0007", "--coin=monero")
            .Layer(new TarBuilder().File("x\u001b]0;evil\u0007", Inspection.Inspecting.Program(Inspection.Inspecting.MinerTexts)));
        string[] images = [_images.ByDigest(image)];

        foreach (var format in new[] { "table", "json", "sarif", "scc", "csv", "ocsf" })
        {
            var run = Inspect(images, "--format", format);
            Assert.DoesNotContain(run.Text + run.Error, letter => (char.IsControl(letter) && letter is not ('\n' or '\r')) || letter is '\u202E');
        }
    }
}
