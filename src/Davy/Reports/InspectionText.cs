using System.Globalization;
using Davy.Findings;
using Davy.Inspection;

namespace Davy.Reports;

/// <summary>What an inspection came to, in words. They may quote the image, and are made safe where they are shown.</summary>
static class InspectionText
{
    const int SignsNamed = 5;

    /// <summary>The verdict, and by what the image was asked for.</summary>
    public static string Said(InspectedImage image) => image.Verdict is ImageVerdict.NotVerified
        ? $"not verified: {image.WhyNot}"
        : $"{ImageWords.Said(image.Verdict)}, {(image.IsByDigest ? "by the digest that ran" : "by its tag, which may name another image now")}";

    /// <summary>The gravest piece of evidence; empty where there is none.</summary>
    public static string Proof(InspectedImage image) => image.Evidence.Count == 0 ? "" : Proof(image.Evidence[0]);

    /// <summary>Where a piece of evidence is, what the image does with it, and why it matters.</summary>
    public static string Proof(ImageEvidence evidence)
    {
        var member = evidence.Member == "" ? "" : $"{evidence.Member} in ";
        var layer = evidence.Layer is { } place ? string.Create(CultureInfo.InvariantCulture, $", layer {place.Index}") : "";
        return $"{member}{evidence.Place}{layer}, {ImageWords.Said(evidence.Role)}: {evidence.Why}";
    }

    /// <summary>The ids of the signs that led to the verdict.</summary>
    public static string Signs(InspectedImage image) =>
        string.Join(", ", image.Evidence.SelectMany(evidence => evidence.Signs).Select(sign => sign.Id).Distinct(StringComparer.Ordinal).Take(SignsNamed)) is { Length: > 0 } signs ? signs : "its content";

    /// <summary>What a person should ask where a listed image shows nothing; empty where nothing is to be asked.</summary>
    public static string Remark(Finding finding, InspectedImage image) => Remark(finding.Match is { Kind: not null }, image);

    /// <summary>The same.</summary>
    public static string Remark(bool isListed, InspectedImage image) =>
        isListed && image.Verdict is ImageVerdict.Clean or ImageVerdict.MentionsMiners ? "nothing in it mines: is it listed wrongly? The finding stays." : "";

    /// <summary>All of it in one sentence an image, for a description.</summary>
    public static string Sentences(Finding finding) => string.Concat(finding.Inspections.Select(image =>
    {
        var rest = Remark(finding, image) is { Length: > 0 } remark ? remark : Proof(image);
        return $" Looking into {image.Image}: {Said(image).TrimEnd('.')}{(rest == "" ? "" : $"; {rest.TrimEnd('.')}")}.";
    }));

    /// <summary>The verdicts as values, each once.</summary>
    public static string Values(Finding finding) => string.Join("; ", finding.Inspections.Select(image => ImageWords.Value(image.Verdict)).Distinct(StringComparer.Ordinal));
}
