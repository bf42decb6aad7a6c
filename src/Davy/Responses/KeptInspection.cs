using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Images;
using Davy.Inspection;
using Davy.Reports;

namespace Davy.Responses;

/// <summary>What an inspection said of an image (<c>davy image inspect</c>), and when.</summary>
public sealed record KeptInspection
{
    /// <summary>The image, as it was asked for; hostile.</summary>
    public required string Image { get; init; }

    /// <summary>The digest that it has; null where it was named without one.</summary>
    public Digest? Digest { get; init; }

    /// <summary>The verdict.</summary>
    public required ImageVerdict Verdict { get; init; }

    /// <summary>When it was inspected.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The whole report, as <c>davy image inspect --format json</c> writes it.</summary>
    public required JsonObject Report { get; init; }

    /// <summary>Whether it must not be gone back to.</summary>
    public bool IsBad => Verdict is ImageVerdict.Miner or ImageVerdict.ContainsMiner or ImageVerdict.Suspicious;

    /// <summary>What it says, in words: <c>is a miner by the inspection of 2026-11-24T12:00Z</c>.</summary>
    public string Says => $"{Verdict switch { ImageVerdict.Miner => "is a miner", ImageVerdict.ContainsMiner => "contains a miner", _ => $"is {ImageWords.Said(Verdict)}" }} by the inspection of {At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture)}";

    /// <summary>Keeps a report.</summary>
    /// <param name="image">The image, as it was asked for.</param>
    /// <param name="report">The report.</param>
    /// <param name="now">The time.</param>
    public static KeptInspection Of(string image, ImageReport report, DateTimeOffset now)
    {
        using MemoryStream json = new();
        ImageJsonReport.Write(report, json);
        return new() { Image = image, Digest = DigestOf(image), Verdict = report.Verdict, At = now, Report = JsonNode.Parse(json.GetBuffer().AsSpan(0, (int)json.Length))!.AsObject() };
    }

    /// <summary>The inspection of an image among several, by its digest alone: a tag may lead elsewhere by now.</summary>
    /// <param name="all">The inspections.</param>
    /// <param name="image">The image; null for none.</param>
    /// <returns>The last; null where there is none.</returns>
    internal static KeptInspection? Find(IReadOnlyList<KeptInspection> all, string? image) =>
        image is not null && DigestOf(image) is { } digest ? all.Where(each => each.Digest == digest).MaxBy(each => each.At) : null;

    /// <summary>As a file has it.</summary>
    public JsonObject ToJson() => new()
    {
        ["image"] = Image,
        ["verdict"] = ImageWords.Value(Verdict),
        ["at"] = At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        ["report"] = Report.DeepClone(),
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The object.</param>
    /// <returns>Null where it is none.</returns>
    public static KeptInspection? Of(JsonElement json)
    {
        if (json.Moment("at") is not { } at || json.Member("report").ValueKind is not JsonValueKind.Object) return null;
        foreach (var verdict in Enum.GetValues<ImageVerdict>())
        {
            if (ImageWords.Value(verdict) == json.Text("verdict")) return new() { Image = json.Text("image"), Digest = DigestOf(json.Text("image")), Verdict = verdict, At = at, Report = JsonObject.Create(json.Member("report"))! };
        }

        return null;
    }

    static Digest? DigestOf(string image) => ImageReference.TryParse(image, out var reference, out _) ? reference.Digest : null;
}
