using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Images;
using Davy.Images.Content;
using Davy.Indicators;
using Davy.Inspection;

namespace Davy.Reports;

/// <summary>
/// Reads what <c>davy image inspect --format json</c> and findings say of an image. Whoever wrote it read a hostile image, so nothing in it is believed beyond its form: verdicts and kinds
/// are those that there are, digests are digests, and texts are cut.
/// </summary>
static class InspectedImageJson
{
    const int EvidenceRead = 1_000;

    /// <summary>What a report comes to.</summary>
    /// <param name="report">The report: the whole output of the program.</param>
    /// <param name="image">The image as it was asked for.</param>
    /// <param name="isByDigest">Whether by the digest that ran.</param>
    /// <returns>What it comes to, and why nothing could be read; null where that is not so.</returns>
    /// <exception cref="JsonException">It is no report.</exception>
    public static (InspectedImage Image, UnreadableReason? Failure) OfReport(ReadOnlySpan<byte> report, string image, bool isByDigest)
    {
        var root = JsonNode.Parse(report, documentOptions: new() { MaxDepth = 32 }) as JsonObject ?? throw new JsonException("It is no JSON object.");
        if (root["verdict"] is null || root["platforms"] is not JsonArray) throw new JsonException("It lacks a verdict or the platforms.");

        var failure = ObstacleOf(root["failure"]);
        var inspected = InspectedImage.Of(image, isByDigest, new()
        {
            Name = image,
            Lists = [],
            Failure = failure,
            Images = [.. root["platforms"].Objects().Select(platform => new PlatformReport
            {
                Verdict = VerdictOf(platform.Text("verdict")),
                Score = NumberOf(platform["score"]),
                Manifest = DigestOf(platform.Text("manifest")),
                Layers = [],
                Evidence = [.. EvidenceOf(platform)],
                Obstacles = [.. platform["notLookedAt"].Objects().Select(ObstacleOf).OfType<Obstacle>()],
            })],
        });
        if (inspected.Verdict != VerdictOf(root.Text("verdict"))) throw new JsonException("Its verdict is not that of its platforms.");
        return (inspected, failure?.Reason);
    }

    /// <summary>What is kept of an image, as text.</summary>
    /// <param name="image">What it came to.</param>
    public static string Write(InspectedImage image) => Write(image, "");

    /// <summary>The same, as it stands in a finding.</summary>
    /// <param name="image">What it came to.</param>
    /// <param name="remark">What a person should ask; empty for nothing.</param>
    public static string Write(InspectedImage image, string remark)
    {
        using MemoryStream text = new();
        using (var json = JsonWriting.Line(text)) FindingJson.Inspection(json, image, remark);
        return Encoding.UTF8.GetString(text.GetBuffer().AsSpan(0, (int)text.Length));
    }

    /// <summary>What was kept.</summary>
    /// <param name="document">The text.</param>
    /// <exception cref="JsonException">It is none.</exception>
    public static InspectedImage Read(string document)
    {
        var kept = JsonNode.Parse(document) as JsonObject ?? throw new JsonException("It is no JSON object.");
        return new()
        {
            Image = kept.Text("image"),
            IsByDigest = kept.Text("askedBy") == "digest",
            Verdict = VerdictOf(kept.Text("verdict")),
            Score = NumberOf(kept["score"]),
            Manifest = DigestOf(kept.Text("manifest")),
            WhyNot = kept.Text("whyNot"),
            Evidence = [.. EvidenceOf(kept)],
        };
    }

    static IEnumerable<ImageEvidence> EvidenceOf(JsonObject owner) => owner["evidence"].Objects().Take(EvidenceRead).Select(evidence => new ImageEvidence
    {
        Kind = ValueOf<EvidenceKind>(evidence.Text("kind")),
        Role = ValueOf<EvidenceRole>(evidence.Text("role")),
        Points = NumberOf(evidence["points"]),
        Place = evidence.Text("place"),
        Member = evidence.Text("member"),
        Layer = evidence["layerIndex"] is { } index ? new(NumberOf(index), DigestOf(evidence.Text("layer"))) : null,
        File = DigestOf($"sha256:{evidence.Text("sha256")}"),
        Why = evidence.Text("why"),
        Signs = [.. evidence["signs"].Objects().Take(EvidenceRead).Select(sign => new EvidenceSign(
            sign.Text("id"), ValueOf<SignalWeight>(sign.Text("strength")), sign.Text("text"), sign["offset"] is null ? -1 : LongOf(sign["offset"]), NumberOf(sign["line"]), [.. SourcesOf(sign)]))],
    });

    static IEnumerable<IndicatorSource> SourcesOf(JsonObject sign) => (sign["sources"] as JsonArray ?? []).OfType<JsonValue>().Select(source => source.Text()).Select(text =>
        text.LastIndexOf(", ", StringComparison.Ordinal) is var at and > 0 ? new IndicatorSource(text[..at], text[(at + 2)..]) : new IndicatorSource(text, ""));

    static Obstacle? ObstacleOf(JsonNode? node) => node is JsonObject ? new(ValueOf<UnreadableReason>(node.Text("reason")), node.Text("text")) : null;

    static ImageVerdict VerdictOf(string text) => ValueOf<ImageVerdict>(text);

    static Digest? DigestOf(string text) => Digest.TryParse(text, out var digest) ? digest : null;

    static T ValueOf<T>(string text) where T : struct, Enum =>
        text.All(char.IsAsciiLetter) && Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : throw new JsonException($"There is no such {typeof(T).Name}.");

    static int NumberOf(JsonNode? node) => (int)Math.Clamp(LongOf(node), int.MinValue, int.MaxValue);

    static long LongOf(JsonNode? node) => node is JsonValue value && value.GetValueKind() is JsonValueKind.Number && value.TryGetValue<long>(out var number) ? number : 0;
}
