using Davy.Images;

namespace Davy.Inspection;

/// <summary>What the inspection of a deployed image came to, short enough to stand in a finding. Its texts may quote image and registry: hostile.</summary>
public sealed record InspectedImage
{
    /// <summary>How many pieces of evidence are kept, the gravest first.</summary>
    public const int EvidenceKept = 3;

    /// <summary>How many signs of a piece of evidence are kept.</summary>
    public const int SignsKept = 6;

    /// <summary>How many characters of a text are kept.</summary>
    public const int TextKept = 500;

    /// <summary>The image as it was asked for: <c>repository@sha256:…</c>, else <c>repository:tag</c>.</summary>
    public required string Image { get; init; }

    /// <summary>Whether it was asked for by the digest that ran; a tag may name another image now than when it was deployed.</summary>
    public required bool IsByDigest { get; init; }

    /// <summary>The verdict; not verified, too, where it was not asked for at all.</summary>
    public required ImageVerdict Verdict { get; init; }

    /// <summary>The points that led to it.</summary>
    public int Score { get; init; }

    /// <summary>The digest of the manifest that was inspected; null where none was.</summary>
    public Digest? Manifest { get; init; }

    /// <summary>What speaks of mining, the gravest first; at most <see cref="EvidenceKept"/>.</summary>
    public IReadOnlyList<ImageEvidence> Evidence { get; init; } = [];

    /// <summary>Why it was not looked at, or not wholly; empty where it was.</summary>
    public string WhyNot { get; init; } = "";

    /// <summary>What a report comes to.</summary>
    /// <param name="image">The image as it was asked for.</param>
    /// <param name="isByDigest">Whether by the digest that ran.</param>
    /// <param name="report">The report.</param>
    /// <returns>The gravest of its platforms.</returns>
    public static InspectedImage Of(string image, bool isByDigest, ImageReport report)
    {
        var gravest = report.Images.MaxBy(platform => platform.Verdict);
        return new()
        {
            Image = image,
            IsByDigest = isByDigest,
            Verdict = report.Verdict,
            Score = gravest?.Score ?? 0,
            Manifest = gravest?.Manifest,
            Evidence = [.. (gravest?.Evidence ?? []).Take(EvidenceKept).Select(Short)],
            WhyNot = Cut(report.Failure?.Text ?? gravest?.Obstacles.Select(obstacle => obstacle.Text).FirstOrDefault() ?? ""),
        };
    }

    static ImageEvidence Short(ImageEvidence evidence) => evidence with
    {
        Place = Cut(evidence.Place),
        Why = Cut(evidence.Why),
        Member = Cut(evidence.Member),
        Signs = [.. evidence.Signs.Take(SignsKept).Select(sign => sign with { Text = Cut(sign.Text) })],
    };

    static string Cut(string text)
    {
        if (text.Length <= TextKept) return text;

        var end = char.IsHighSurrogate(text[TextKept - 1]) ? TextKept - 1 : TextKept;
        return $"{text.AsSpan(0, end)}…";
    }
}
