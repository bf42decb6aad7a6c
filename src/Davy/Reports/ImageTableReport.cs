using System.Globalization;
using Davy.Findings;
using Davy.Inspection;

namespace Davy.Reports;

/// <summary>What an image says of itself, for people. Every text of the image passes the sanitiser.</summary>
public static class ImageTableReport
{
    const int SignsShown = 6;
    const int EvidenceShown = 20;

    /// <summary>Writes a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="style">How it looks.</param>
    /// <param name="output">Where to.</param>
    public static void Write(ImageReport report, Style style, TextWriter output)
    {
        var block = new TableBlock(output, style);
        if (report.Failure is { } failure)
        {
            block.Title($"NOT VERIFIED  {Safe(report.Name)}");
            block.Row("why", Safe(failure.Text, 1_000));
            NameRow(report, block);
            return;
        }

        foreach (var image in report.Images)
        {
            block.Heading(Severity(image.Verdict), ImageWords.Said(image.Verdict).ToUpperInvariant(), Safe(report.Name));
            Head(report, image, block);
            foreach (var evidence in image.Evidence.Take(EvidenceShown)) Evidence(evidence, block);
            if (image.Evidence.Count > EvidenceShown) block.Row("proof", Text($"… and {image.Evidence.Count - EvidenceShown} more; --format json has them all"));
            foreach (var obstacle in image.Obstacles.Take(EvidenceShown)) block.Row("not read", Safe(obstacle.Text, 1_000));
            if (image.Obstacles.Count > EvidenceShown) block.Row("not read", Text($"… and {image.Obstacles.Count - EvidenceShown} more"));
            foreach (var note in image.Notes) block.Row("note", Safe(note, 1_000));
            block.Blank();
        }
    }

    static void Head(ImageReport report, PlatformReport image, TableBlock block)
    {
        if (image.Name.Length > 0) block.Row("name", Safe(image.Name));
        if (image.Platform is { } platform) block.Row("platform", Safe(platform.ToString()));
        if (image.Manifest is { } manifest) block.Row("manifest", manifest.ToString());
        if (image.ConfigDigest is { } config) block.Row("id", config.ToString());
        if (image.Config is { } runs) block.Row("runs", Safe(string.Join(' ', runs.Entrypoint.Concat(runs.Command))) is { Length: > 0 } words ? words : "nothing: it has neither entrypoint nor command");

        var read = image.Layers.Count(layer => layer.State is LayerState.Searched);
        block.Row("read", Text($"configuration and {read} of {image.Layers.Count} layers, {image.Layers.Sum(layer => layer.InflatedBytes) / 1e6:F1} MB inflated{(image.Layers.Any(layer => layer.State is LayerState.NotNeeded) ? "; the rest was not needed (--all-layers reads it)" : "")}"));
        block.Row("score", Text($"{image.Score} (4 is a miner, 2 suspicious)"));
        NameRow(report, block);
    }

    static void NameRow(ImageReport report, TableBlock block)
    {
        if (report.NameMatch is { } match) block.Row("listed", $"by name, which decides nothing here: {Safe(match.Indicator.Reference)} on {Safe(match.Indicator.List)}");
    }

    static void Evidence(ImageEvidence evidence, TableBlock block)
    {
        var where = evidence.Layer is { } layer ? Text($", layer {layer.Index}") : "";
        var member = evidence.Member.Length > 0 ? $" in it {Safe(evidence.Member)}" : "";
        block.Row("proof", $"{Text($"{evidence.Points}")} points: {Safe(evidence.Place)}{member}{where}, {ImageWords.Said(evidence.Role)}");
        block.More(Safe(evidence.Why, 1_000));
        if (evidence.Layer?.Digest is { } digest) block.More($"layer {digest}");
        if (evidence.File is { } file) block.More($"file {file}");
        foreach (var sign in evidence.Signs.Take(SignsShown))
        {
            var at = sign.Line > 0 ? Text($" (line {sign.Line})") : sign.Offset >= 0 ? Text($" (byte {sign.Offset})") : "";
            var source = sign.Sources.Count > 0 ? $"; {Safe(sign.Sources[0].Title)}" : "";
            block.More($"{sign.Strength.ToString().ToLowerInvariant()} {Safe(sign.Id)}: {Safe(sign.Text)}{at}{source}");
        }

        if (evidence.Signs.Count > SignsShown) block.More(Text($"… and {evidence.Signs.Count - SignsShown} more signs"));
    }

    static Severity Severity(ImageVerdict verdict) => verdict switch
    {
        ImageVerdict.Miner or ImageVerdict.ContainsMiner => Findings.Severity.High,
        ImageVerdict.Suspicious or ImageVerdict.NotVerified => Findings.Severity.Medium,
        _ => Findings.Severity.Low,
    };

    static string Safe(string text, int length = TextSanitizer.DefaultLength) => TextSanitizer.Clean(text, length);

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
