using Davy.CloudRun;
using Davy.Findings;
using Davy.Logs;

namespace Davy.Reports;

/// <summary>What a report tells a person of a finding, in sentences; every value in them is made safe.</summary>
static class FindingText
{
    const int InspectionLength = 2_000;

    /// <summary>What was given to which resource, what is listed, and how sure that is.</summary>
    public static string Description(Finding finding, FindingNames names)
    {
        var match = finding.Match;
        var kind = Words.Said(match.Kind);
        var image = finding.Containers.Select(container => container.Uri).FirstOrDefault(uri => uri != "");
        var given = image is null ? "was given a container that matches" : $"was given {TextSanitizer.Clean(image)}, which matches";
        var why = match.WhyPossible == "" ? "" : $": {TextSanitizer.Clean(match.WhyPossible).TrimEnd('.')}";

        var matched = match.IsByInspection
            ? $"was given {TextSanitizer.Clean(image ?? "a container")}, which is on no list and runs a miner by what is in it ({TextSanitizer.Clean(match.Indicator)})"
            : $"{given} {TextSanitizer.Clean(match.Indicator)} of the list {TextSanitizer.Clean(match.List)}";
        return $"The Cloud Run {Resource(names)} {matched}" + (kind == "" ? "" : $" ({kind})") + $". The match is {Words.Value(match.Certainty)}{why}."
            + TextSanitizer.Clean(InspectionText.Sentences(finding), InspectionLength);
    }

    /// <summary><c>service shop in us-central1 of project acme-prod</c>.</summary>
    public static string Resource(FindingNames names)
    {
        var resource = names.Resource;
        var location = resource.Location == "" ? "" : $" in {TextSanitizer.Clean(resource.Location)}";
        var project = names.ProjectWord == "" ? "" : $" of project {TextSanitizer.Clean(names.ProjectWord)}";
        return $"{resource.Kind.Title} {TextSanitizer.Clean(resource.Name)}{location}{project}";
    }

    /// <summary>The image as it ran; empty where only the reference as deployed is known.</summary>
    public static string Ran(MatchedContainer container) =>
        container.ImageId != container.Uri || container.ImageId.Contains('@', StringComparison.Ordinal) ? container.ImageId : "";

    /// <summary>Why nobody is named; empty where somebody is.</summary>
    public static string WhyNoActor(Finding finding) => finding.Actor is not null
        ? ""
        : finding.Occurrences.Select(occurrence => occurrence.WhyNoActor).FirstOrDefault(why => why != "") ?? "the log does not tell who deployed";

    /// <summary>The log time of the last evidence; null where none tells one.</summary>
    public static Timestamp? LastSeen(Finding finding) => finding.Evidence.Select(entry => entry.Timestamp)
        .Concat(finding.Occurrences.Select(occurrence => occurrence.Last)).Append(finding.LastSeen).Max();

    /// <summary>The log time of the first evidence; null where none tells one.</summary>
    public static Timestamp? FirstSeen(Finding finding) => finding.FirstSeen == Timestamp.Epoch ? null : finding.FirstSeen;
}
