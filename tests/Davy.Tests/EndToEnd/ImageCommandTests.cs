using System.Text.Json.Nodes;
using Davy.Tests.Images;
using Davy.Tests.Inspection;

namespace Davy.Tests.EndToEnd;

/// <summary><c>davy image</c> as a user calls it.</summary>
public sealed class ImageCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static SomeImage Miner() => new SomeImage().Entrypoint("/m").Layer(new TarBuilder().File("etc/os-release", "x")).Layer(new TarBuilder().File("m", Inspecting.Program(Inspecting.MinerTexts)));

    static SomeImage Honest() => new SomeImage().Entrypoint("/app").Layer(new TarBuilder().File("app", "hello"));

    [Fact]
    public void TheExitCodeIsThatOfTheVerdict()
    {
        Assert.Equal(1, ProgramRun.Of("", "image", "inspect", Miner().WriteLayout(_folder, name: "a")).Code);
        Assert.Equal(0, ProgramRun.Of("", "image", "inspect", Honest().WriteLayout(_folder, name: "b")).Code);
        Assert.Equal(3, ProgramRun.Of("", "image", "inspect", Honest().WriteLayout(_folder, json => json["layers"]![0]!["urls"] = new JsonArray("x"), name: "c")).Code);
        Assert.Equal(2, ProgramRun.Of("", "image", "inspect", "oci:/does/not/exist").Code);
        Assert.Equal(2, ProgramRun.Of("", "image", "inspect", "metal3d/xmrig").Code);
    }

    [Fact]
    public void JsonTellsTheProof()
    {
        var run = ProgramRun.Of("", "image", "inspect", Miner().WriteLayout(_folder), "--format", "json");

        var json = JsonNode.Parse(run.Text)!;
        Assert.Equal("miner", (string?)json["verdict"]);
        var evidence = json["platforms"]![0]!["evidence"]![0]!;
        Assert.Equal(("/m", "runs", 1), ((string?)evidence["place"], (string?)evidence["role"], (int)evidence["layerIndex"]!));
        Assert.Equal(64, ((string)evidence["sha256"]!).Length);
        Assert.NotEmpty((string)evidence["signs"]![0]!["sources"]![0]!);
    }

    [Fact]
    public void SarifHasAResultForEachProof()
    {
        var run = ProgramRun.Of("", "image", "inspect", Miner().WriteLayout(_folder), "--format", "sarif");

        Assert.Equal("image-miner", (string?)JsonNode.Parse(run.Text)!["runs"]![0]!["results"]![0]!["ruleId"]);
    }

    [Fact]
    public async Task TheValidatorOfSarifFindsNoFault()
    {
        var tool = Environment.GetEnvironmentVariables()["DAVY_SARIF_MULTITOOL"] as string;
        Assert.SkipWhen(string.IsNullOrEmpty(tool), "needs DAVY_SARIF_MULTITOOL, the path of npm's @microsoft/sarif-multitool");

        var layout = Miner().Step("RUN xmrig -o stratum+tcp://pool.example.com:3333").WriteLayout(_folder, json => json["layers"]![0]!["urls"] = new JsonArray("x"));
        foreach (var arguments in new[] { Array.Empty<string>(), ["--all-layers"] })
        {
            var file = _folder.File($"out{arguments.Length}.sarif");
            Assert.Equal(1, ProgramRun.Of("", ["image", "inspect", layout, "--format", "sarif", "-o", file, .. arguments]).Code);
            Assert.DoesNotContain(": error ", await Reports.SarifReportTests.Validated(tool!, file), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void NothingOfAnImageSteersATerminal()
    {
        var image = new SomeImage().Entrypoint("/a\u001b[2J\u202E", "-o", "stratum+tcp://pool.example.com:1\n\u0007").Layer(new TarBuilder().File("x\u001b]0;evil\u0007", Inspecting.Program(Inspecting.MinerTexts)));
        image.Runs["Labels"] = new JsonObject { ["a\u001b[31m"] = "xmrig stratum+tcp://x.example.com:1\u009b" };

        foreach (var format in new[] { "table", "json", "sarif" })
        {
            var run = ProgramRun.Of("", "image", "inspect", image.WriteLayout(_folder), "--format", format, "--all-layers");
            Assert.Equal(1, run.Code);
            Assert.DoesNotContain(run.Text, letter => (char.IsControl(letter) && letter != '\n') || letter is '\u202E');
        }
    }

    [Fact]
    public void WhatIsSavedSaysTheSame()
    {
        var folder = _folder.File("saved");
        Assert.Equal(1, ProgramRun.Of("", "image", "inspect", Miner().WriteLayout(_folder), "--save", folder).Code);
        Assert.Equal(1, ProgramRun.Of("", "image", "inspect", $"oci:{folder}").Code);
        Assert.Equal(3, Directory.GetFiles(Path.Combine(folder, "blobs", "sha256")).Length);

        Assert.Equal(1, ProgramRun.Of("", "image", "inspect", Miner().WriteArchive(_folder), "--save", _folder.File("archive")).Code);
        Assert.Equal(1, ProgramRun.Of("", "image", "inspect", $"oci:{_folder.File("archive")}").Code);
    }

    [Fact]
    public void LabelledImagesAreMeasured()
    {
        Directory.CreateDirectory(_folder.File("miner"));
        Directory.CreateDirectory(_folder.File("clean"));
        Miner().WriteLayout(_folder, name: "miner/one");
        Honest().WriteLayout(_folder, name: "clean/one");
        Assert.Equal(0, ProgramRun.Of("", "image", "evaluate", _folder.Path).Code);

        Honest().WriteLayout(_folder, name: "miner/two");
        var run = ProgramRun.Of("", "image", "evaluate", _folder.Path);
        Assert.Equal(1, run.Code);
        Assert.Contains("miner\tclean\ttwo", run.Text, StringComparison.Ordinal);
    }
}
