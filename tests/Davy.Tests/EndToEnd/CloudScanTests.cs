using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Cli;
using Davy.Tests.Client;
using Davy.Tests.Fakes;
using Davy.Tests.Google;

namespace Davy.Tests.EndToEnd;

/// <summary><c>davy scan --project|--folder|--organization</c>, against Cloud Logging and Resource Manager as fakes speak them.</summary>
public sealed class CloudScanTests : IDisposable
{
    // 400 days before the entries' time would depend on the day of the test.
    static readonly string[] Window = ["--since", "2026-01-01", "--until", "2026-02-01T00:00:00Z"];

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    (int Code, string Out, string Error) Run(FakeHierarchy? places, FakeLogging logging, params IReadOnlyList<string> arguments)
    {
        var key = _folder.File("key.json");
        File.WriteAllText(key, SomeCredentials.ServiceAccount("http://127.0.0.1:1/never-asked").ToJsonString());
        using MemoryStream output = new();
        using StringWriter words = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using StringWriter error = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var code = Program.Run(["scan", .. arguments], new() { Out = words, OpenOut = () => output, Error = error, OpenIn = () => Stream.Null }, new HurriedClock(TimeSpan.FromMinutes(2)),
            google: new()
            {
                Credentials = new() { File = key },
                Outbound = SomeCredentials.Loopback,
                Endpoints = (places?.Endpoints ?? new()) with { Logging = logging.Http.Url },
                Cache = _folder.File("cache"),
            });
        return (code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    bool IsKept => Directory.Exists(_folder.File("cache")) && Directory.EnumerateFiles(_folder.File("cache"), "*.jsonl", SearchOption.AllDirectories).Any();

    static JsonObject[] Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

    [Fact]
    public async Task AProjectIsScannedAsItsFilesWouldBe()
    {
        await using var logging = await FakeLogging.StartAsync();
        logging.Projects["acme-prod"] = [.. Enumerable.Range(0, 5).SelectMany(each => (JsonObject[])[SomeEntries.Activity("acme-prod", $"web{each}", $"op{each}", 10 * each), SomeEntries.SystemEvent("acme-prod", $"web{each}", each == 3 ? SomeEntries.Miner : "nginx", $"op{each}", (10 * each) + 5)])];
        logging.Busy = 2;

        var (code, text, error) = Run(null, logging, ["--project", "acme-prod", "--format", "scc", .. Window]);

        Assert.Equal(1, code);
        var finding = Assert.Single(Lines(text));
        Assert.Contains("acme-prod", finding["finding"]!["resourceName"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("caller@example.com", finding.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("10 entries read from 1 input", error, StringComparison.Ordinal);
        Assert.Contains("1 projects were asked for 2026-01-01T00:00:00.000Z to 2026-02-01T00:00:00.000Z: 1 with entries of Cloud Run, 0 without, 0 not or not wholly read.", error, StringComparison.Ordinal);
        Assert.Equal(7, logging.Http.Requests.Count);
        Assert.False(IsKept, "What was fetched should be gone.");

        var file = _folder.File("log.jsonl");
        await File.WriteAllLinesAsync(file, logging.Projects["acme-prod"].Select(entry => entry.ToJsonString()), TestContext.Current.CancellationToken);
        Assert.Equal(text, Run(null, logging, [file, "--format", "scc"]).Out);
    }

    [Fact]
    public async Task TheImagesOfAProjectAreLookedInto()
    {
        await using var logging = await FakeLogging.StartAsync();
        await using var images = await DeployedImages.StartAsync();
        logging.Projects["acme-prod"] = [SomeEntries.SystemEvent("acme-prod", "web", images.ByDigest(DeployedImages.Miner())), SomeEntries.Activity("acme-prod", "web")];

        var (code, text, error) = Run(null, logging, ["--project", "acme-prod", "--format", "scc", "--inspect", "--plain-http", "--anonymous", .. Window]);

        Assert.Equal(1, code);
        var properties = Assert.Single(Lines(text))["sourceProperties"]!["properties"]!;
        Assert.Equal(("inspection", "caller@example.com"), ((string?)properties["match"]!["foundBy"], (string?)properties["actor"]!["principal"]));
        Assert.Contains("Looked into 1 of 1 image: miner 1.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOrganisationIsScannedProjectByProjectAndWhatIsMissingTold()
    {
        await using var places = await FakeHierarchy.StartAsync();
        await using var logging = await FakeLogging.StartAsync();
        logging.Projects["root-project"] = [];
        logging.Projects["shop-project"] = [SomeEntries.Activity("shop-project", "shop")];
        logging.Projects["acme-prod"] = [SomeEntries.SystemEvent("acme-prod", "web")];
        logging.Forbidden.Add("root-project");

        var (code, text, error) = Run(places, logging, ["--organization", "1", "--format", "scc", .. Window]);

        Assert.Equal(2, code);
        Assert.Single(Lines(text));
        Assert.Contains("cannot read projects/root-project: ", error, StringComparison.Ordinal);
        Assert.Contains("403 PERMISSION_DENIED", error, StringComparison.Ordinal);
        Assert.Contains("1 projects have activity entries of Cloud Run and no system_event, which alone names images: shop-project.", error, StringComparison.Ordinal);
        Assert.Contains("3 projects were asked", error, StringComparison.Ordinal);
        Assert.False(IsKept, "Asking again would get the same refusal.");
    }

    [Fact]
    public async Task AFolderWhoseFoldersMayNotBeListedIsAFailureAndTheRestIsScanned()
    {
        await using var places = await FakeHierarchy.StartAsync();
        await using var logging = await FakeLogging.StartAsync();
        places.Forbidden.Add("/v3/folders?parent=folders%2F2");
        logging.Projects["shop-project"] = [SomeEntries.SystemEvent("shop-project", "shop")];

        var (code, text, error) = Run(places, logging, ["--folder", "2", "--format", "scc", .. Window]);

        Assert.Equal(2, code);
        Assert.Single(Lines(text));
        Assert.Contains("cannot read folders of folders/2: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("root-project", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWasFetchedIsNotFetchedAgain()
    {
        await using var logging = await FakeLogging.StartAsync();
        logging.Projects["acme-prod"] = [.. Enumerable.Range(0, 8).Select(each => SomeEntries.SystemEvent("acme-prod", $"web{each}", second: each))];
        logging.Answered = 3;

        var first = Run(null, logging, ["--project", "acme-prod", "--format", "scc", .. Window]);
        Assert.Equal(2, first.Code);
        Assert.Contains("the same command asks for the rest", first.Error, StringComparison.Ordinal);
        Assert.True(IsKept);
        var asked = logging.Http.Requests.Count;
        if (!OperatingSystem.IsWindows())
        {
            var folder = Directory.EnumerateDirectories(_folder.File("cache/davy")).Single();
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        }

        // The attempt died while it wrote: what it wrote last counts for nothing.
        var file = Directory.EnumerateFiles(_folder.File("cache"), "*.jsonl", SearchOption.AllDirectories).Single();
        await File.AppendAllTextAsync(file, """{"insertId": "half""", TestContext.Current.CancellationToken);
        logging.Answered = int.MaxValue;
        var second = Run(null, logging, ["--project", "acme-prod", "--format", "scc", .. Window]);

        Assert.Equal(1, second.Code);
        Assert.Equal(8, Lines(second.Out).Length);
        Assert.Contains("going on with what was begun at", second.Error, StringComparison.Ordinal);
        Assert.Contains("0 rejected", second.Error, StringComparison.Ordinal);
        Assert.Contains(SomeEntries.At(5), logging.Http.Requests[asked].Json["filter"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.False(IsKept);
    }

    [Fact]
    public async Task APageThatIsTooLargeIsAskedForInParts()
    {
        await using var logging = await FakeLogging.StartAsync();
        logging.Projects["acme-prod"] = [.. Enumerable.Range(0, 3).Select(each => SomeEntries.SystemEvent("acme-prod", $"web{each}", second: each))];
        logging.TooMany = 500;

        var (code, text, _) = Run(null, logging, ["--project", "acme-prod", "--format", "scc", .. Window]);

        Assert.Equal((1, 3), (code, Lines(text).Length));
        Assert.Equal([1000, 125], logging.Http.Requests.Select(request => request.Json["pageSize"]!.GetValue<int>()).Distinct());
    }

    [Fact]
    public async Task AnEntryThatIsTooDeepCostsNoOther()
    {
        await using var logging = await FakeLogging.StartAsync();
        var deep = SomeEntries.SystemEvent("acme-prod", "deep", second: 1);
        JsonNode inner = JsonValue.Create("x");
        for (var level = 0; level < 200; level++) inner = new JsonObject { ["a"] = inner };
        deep["protoPayload"]!["response"]!["metadata"]!["annotations"]!["deep"] = inner;
        logging.Projects["acme-prod"] = [deep, SomeEntries.SystemEvent("acme-prod", "web", second: 2)];

        var (_, text, error) = Run(null, logging, ["--project", "acme-prod", "--format", "scc", .. Window]);

        Assert.Contains("services/web", Assert.Single(Lines(text)).ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("1 rejected", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServiceWithoutAnyEntryIsNoProof()
    {
        await using var logging = await FakeLogging.StartAsync();
        logging.Projects["acme-prod"] = [];

        var (code, _, error) = Run(null, logging, ["--project", "acme-prod", .. Window]);

        Assert.Equal(3, code);
        Assert.Contains("0 with entries of Cloud Run, 1 without", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cannot be scanned together", "log.jsonl", "--project", "p")]
    [InlineData("--since and --until go with", "--since", "3d")]
    [InlineData("--since must be a time ago", "--project", "p", "--since", "yesterday")]
    [InlineData("--since must be before --until", "--project", "p", "--since", "2026-01-02", "--until", "2026-01-01")]
    [InlineData("--project must be", "--project", "../p")]
    [InlineData("name one of", "--project", "p", "--folder", "1")]
    public async Task WhatIsCalledWronglyIsTold(string said, params string[] arguments)
    {
        await using var logging = await FakeLogging.StartAsync();

        var (code, _, error) = Run(null, logging, arguments);

        Assert.Equal(2, code);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Empty(logging.Http.Requests);
    }
}
