using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Indicators;

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
        var indicators = IndicatorSet.Default.With(extra.Select(digest => IndicatorFile.Parse("extra", System.Text.Encoding.UTF8.GetBytes(digest))));

        var result = Scanning.Scan(indicators, string.Join('\n', shape["entries"]!.AsArray().Select(entry => entry!.ToJsonString())));

        Assert.Equal((int)shape["expected_findings"]!, result.Findings.Count);
        Assert.Equal((int)shape["expected_doubts"]!, result.Doubts.Count);
        if ((string?)shape["certainty"] is { } certainty) Assert.Equal(certainty, result.Findings[0].Match.Certainty.ToString().ToLowerInvariant());
    }

    [Theory]
    [MemberData(nameof(Captured))]
    public void ACapturedEntryFindsNothingAsItIs(string file) => Assert.Empty(Scanning.Scan(Wrapped(file).ToJsonString()).Findings);

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
