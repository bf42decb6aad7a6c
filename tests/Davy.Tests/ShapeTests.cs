using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Davy.Cli.Commands;
using Davy.Indicators;
using Davy.Reports;
using Davy.Tests.EndToEnd;

namespace Davy.Tests;

/// <summary>The shapes of Cloud Run's log, each with the answer that is expected of it.</summary>
public sealed class ShapeTests
{
    const string Miner = "docker.io/metal3d/xmrig:latest";

    public static IEnumerable<TheoryDataRow<string>> Shapes() => RepositoryRoot.SharedData is not { } data
        ? [new TheoryDataRow<string>("") { Skip = "needs the data folder beside the project" }]
        : File.ReadLines(Path.Combine(data, "data", "shapes", "cloud-run-shapes.jsonl")).Select(line => new TheoryDataRow<string>(line) { TestDisplayName = (string?)JsonNode.Parse(line)!["id"] });

    public static IEnumerable<TheoryDataRow<string>> Captured() => RepositoryRoot.SharedData is not { } data
        ? [new TheoryDataRow<string>("") { Skip = "needs the data folder beside the project" }]
        : Directory.GetFiles(Path.Combine(data, "data", "cloud-run-entries"), "*.json").Order().Select(file => new TheoryDataRow<string>(file) { TestDisplayName = Path.GetFileName(file) });

    [Theory]
    [MemberData(nameof(Shapes))]
    public void AShapeGivesItsFindingsAndDoubts(string line)
    {
        var shape = JsonNode.Parse(line)!;
        var extra = shape["extra_indicators"] is JsonArray digests ? digests.Select(digest => (string)digest!).ToList() : [];
        var indicators = IndicatorSet.Default.With(extra.Select(digest => IndicatorFile.Parse("extra", Encoding.UTF8.GetBytes(digest))));

        var result = Scanning.Scan(indicators, string.Join('\n', shape["entries"]!.AsArray().Select(entry => entry!.ToJsonString())));

        Assert.Equal((int)shape["expected_findings"]!, result.Findings.Count);
        Assert.Equal((int)shape["expected_doubts"]!, result.Doubts.Count);
        if ((string?)shape["certainty"] is { } certainty) Assert.Equal(certainty, result.Findings[0].Match.Certainty.ToString().ToLowerInvariant());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void AnyOrderAndRepetitionOfAShapeGivesTheSameBytes(string line)
    {
        string[] entries = [.. JsonNode.Parse(line)!["entries"]!.AsArray().Select(entry => entry!.ToJsonString())];
        var expected = Reports(entries);

        Gen.Select(Gen.Shuffle(entries), Gen.Int[1, 4]).Sample((order, times) =>
            Assert.Equal(expected, Reports([.. Enumerable.Repeat(order, times).SelectMany(each => each)])), iter: 30);
    }

    static string Reports(string[] entries)
    {
        var result = Scanning.Scan(string.Join('\n', entries));
        using var output = new MemoryStream();
        foreach (var format in new[] { "scc", "json", "csv", "ocsf", "table" }) ReportFormats.Of(format, ReportOptions.Default)!.Write(result.Findings, result.Doubts, output);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>What each captured entry comes to as it is: the findings, the doubts, the class it is counted in, and how the program ends on it.</summary>
    [Theory]
    [InlineData("01-service-ready-system_event-2021.json", 0, 0, "examined", ExitCode.Clean)]
    [InlineData("02-service-ReplaceService-system_event-2024.payload.json", 0, 0, "examined", ExitCode.Clean)]
    [InlineData("03-execution-RunJob-system_event-2024.payload.json", 0, 0, "examined", ExitCode.Clean)]
    [InlineData("04-execution-RunJob-system_event-2025.payload.json", 0, 0, "examined", ExitCode.Clean)]
    [InlineData("05-revision-failed-ReplaceService-system_event-2026.json", 0, 0, "examined", ExitCode.Clean)]
    // Of the activity entries, the first names its image in the annotation user-image and is judged by that; the second gives no containers; the third failed.
    [InlineData("06-service-CreateService-v1-activity-2024.json", 0, 0, "examined", ExitCode.Clean)]
    [InlineData("07-service-SetIamPolicy-v1-activity-2024.json", 0, 0, "notADeployment", ExitCode.Clean)]
    [InlineData("14-service-CreateService-v1-activity-alreadyexists-2024.partial.json", 0, 0, "notADeployment", ExitCode.Clean)]
    [InlineData("15-cloudevent-data-auditlog-pubsub-2020.json", 0, 0, "notCloudRun", ExitCode.Clean)]
    public void ACapturedEntryComesToThisAsItIs(string file, int findings, int doubts, string entryClass, int exitCode)
    {
        var path = RepositoryRoot.Shared("data", "cloud-run-entries", file);

        foreach (var entry in new[] { File.ReadAllText(path), Wrapped(path).ToJsonString() })
        {
            var run = ProgramRun.Of(entry, "scan", "-", "--summary", ProgramRun.SummaryFile);
            Assert.Equal((exitCode, findings, doubts), (run.Code, (int)run.Summary["findings"]!, (int)run.Summary["doubts"]!));
            Assert.Equal((1, 1), ((int)run.Summary["entries"]!["read"]!, (int)run.Summary["entries"]![entryClass]!));
        }
    }

    [Fact]
    public void NoCapturedEntryIsForgotten()
    {
        var recorded = typeof(ShapeTests).GetMethod(nameof(ACapturedEntryComesToThisAsItIs))!.GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>();

        Assert.Equal(
            Directory.GetFiles(RepositoryRoot.Shared("data", "cloud-run-entries"), "*.json").Select(Path.GetFileName).Order(StringComparer.Ordinal),
            recorded.Select(row => (string)row.Data[0]!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Captured))]
    public void AListedImageInAnyPlaceIsFoundThere(string file)
    {
        var places = 0;
        foreach (var path in Places(Wrapped(file), ""))
        {
            var entry = Wrapped(file);
            if ((int?)entry["protoPayload"]!["status"]?["code"] is 6) continue;
            Replace(entry, path);

            var finding = Assert.Single(Scanning.Scan(entry.ToJsonString()).Findings);
            Assert.Equal(path, finding.Match.Place);
            places++;
        }

        if (Path.GetFileName(file)[..2] is "01" or "02" or "03" or "04" or "05" or "06") Assert.True(places > 0, "The entry holds an image, but no place was tried.");
    }

    /// <summary>The entry whole: of some only the payload was published.</summary>
    static JsonNode Wrapped(string file)
    {
        var entry = JsonNode.Parse(File.ReadAllText(file))!;
        if (entry["logName"] is not null) return entry;

        entry["logName"] = "projects/example-project/logs/cloudaudit.googleapis.com%2Fsystem_event";
        entry["insertId"] = "wrapped";
        entry["timestamp"] = "2026-01-10T10:00:00.123456789Z";
        return entry;
    }

    static IEnumerable<string> Places(JsonNode? node, string path)
    {
        if (node is JsonObject parts)
        {
            foreach (var (name, value) in parts)
            {
                var at = path == "" ? name : $"{path}.{name}";
                if (value is JsonValue text && text.GetValueKind() is JsonValueKind.String && name is "image" or "imageDigest" or "client.knative.dev/user-image") yield return at;
                foreach (var place in Places(value, at)) yield return place;
            }
        }
        else if (node is JsonArray items)
        {
            for (var index = 0; index < items.Count; index++)
            {
                foreach (var place in Places(items[index], $"{path}[{index}]")) yield return place;
            }
        }
    }

    static void Replace(JsonNode entry, string path)
    {
        foreach (var parent in Everything(entry))
        {
            foreach (var name in parent.Select(part => part.Key).ToList())
            {
                if (PathOf(parent, name) == path) parent[name] = path.EndsWith("mageDigest", StringComparison.Ordinal) ? $"docker.io/metal3d/xmrig@sha256:{new string('b', 64)}" : Miner;
            }
        }
    }

    static IEnumerable<JsonObject> Everything(JsonNode? node) => node switch
    {
        JsonObject parts => [parts, .. parts.SelectMany(part => Everything(part.Value))],
        JsonArray items => items.SelectMany(Everything),
        _ => [],
    };

    static string PathOf(JsonObject parent, string name)
    {
        List<string> steps = [name];
        for (JsonNode? node = parent; node?.Parent is { } above; node = above)
        {
            steps.Insert(0, above is JsonArray list ? $"[{list.IndexOf(node)}]" : node.GetPropertyName());
        }

        return string.Join('.', steps).Replace(".[", "[", StringComparison.Ordinal);
    }
}
