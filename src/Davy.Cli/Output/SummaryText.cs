using System.Globalization;
using Davy.Inspection;
using Davy.Reports;

namespace Davy.Cli.Output;

/// <summary>The closing summary of a scan, for a person: the entries add up.</summary>
static class SummaryText
{
    const int RejectedShown = 10;

    /// <summary>Writes it.</summary>
    /// <param name="summary">How the scan went.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="error">Where to.</param>
    public static void Write(ScanSummary summary, TimeSpan elapsed, TextWriter error)
    {
        var rate = elapsed.TotalSeconds > 0.001 ? $", {ProgressBar.Bytes((long)(summary.Bytes / elapsed.TotalSeconds))}/s" : "";
        error.WriteLine(Invariant($"{Count(summary.Read, "entry", "entries")} read from {Count(summary.Inputs, "input", "inputs")} ({ProgressBar.Bytes(summary.Bytes)} in {elapsed.TotalSeconds:F1} s{rate}):"));
        error.WriteLine(Invariant($"  {summary.NotCloudRun,11:N0} not of Cloud Run{(summary.NotValidated > 0 ? $" ({summary.NotValidated:N0} of them put aside on their raw bytes and not validated)" : "")}"));
        error.WriteLine(Invariant($"  {summary.NotADeployment,11:N0} not a deployment"));
        error.WriteLine(Invariant($"  {summary.Examined,11:N0} examined ({summary.Duplicates:N0} repeated, {summary.Deletions:N0} of a deletion)"));
        error.WriteLine(Invariant($"  {summary.Rejected,11:N0} rejected"));
        error.WriteLine(Invariant($"{Count(summary.Findings, "finding", "findings")}, {Count(summary.Doubts, "doubt", "doubts")}{(summary.Excepted > 0 ? $", {Count(summary.Excepted, "match", "matches")} excepted" : "")}."));
        if (summary.Inspection is { } inspection) error.WriteLine(Said(inspection));
    }

    /// <summary>Writes what went wrong, which is told even where the summary is not wanted.</summary>
    /// <param name="summary">How the scan went.</param>
    /// <param name="error">Where to.</param>
    public static void WriteFaults(ScanSummary summary, TextWriter error)
    {
        foreach (var rejected in summary.RejectedEntries.Take(RejectedShown))
        {
            error.WriteLine($"davy: rejected {TextSanitizer.Clean(rejected.Location.ToString())}: {TextSanitizer.Clean(rejected.Detail)}");
        }

        if (summary.Rejected > RejectedShown)
        {
            error.WriteLine(Invariant($"davy: … and {summary.Rejected - RejectedShown:N0} more rejected; --summary FILE lists the first {ScanSummary.RejectedKept:N0}."));
        }

        foreach (var notice in summary.Notices) error.WriteLine($"davy: {TextSanitizer.Clean(notice, 1_000)}");
        foreach (var failure in summary.Failures) error.WriteLine($"davy: cannot read {TextSanitizer.Clean(failure, 1_000)}");
        if (summary.IsPartial) error.WriteLine("davy: interrupted: the scan is partial, and what was not read is not known.");
        else if (summary.Read == 0 && summary.Failures.Count == 0) error.WriteLine("davy: no entry was read at all; is this an export of Cloud Logging?");
        else if (summary.Read > 0 && summary.NotADeployment + summary.Examined + summary.Rejected == 0) error.WriteLine("davy: no entry was of Cloud Run; the export must hold cloudaudit.googleapis.com/system_event and /activity of run.googleapis.com.");
    }

    static string Said(InspectionCounts counts)
    {
        (int Count, ImageVerdict Verdict)[] verdicts =
        [
            (counts.Miner, ImageVerdict.Miner), (counts.ContainsMiner, ImageVerdict.ContainsMiner), (counts.Suspicious, ImageVerdict.Suspicious),
            (counts.MentionsMiners, ImageVerdict.MentionsMiners), (counts.Clean, ImageVerdict.Clean), (counts.NotVerified, ImageVerdict.NotVerified),
        ];
        var came = string.Join(", ", verdicts.Where(each => each.Count > 0).Select(each => Invariant($"{ImageWords.Said(each.Verdict)} {each.Count:N0}")));
        var notAsked = counts.NotAsked > 0 ? Invariant($"; {counts.NotAsked:N0} on a list and not asked for (--yes)") : "";
        var leftOut = counts.LeftOut > 0 ? Invariant($"; {counts.LeftOut:N0} left out (--inspect-limit)") : "";
        return Invariant($"Looked into {counts.Inspected:N0} of {Count(counts.Images, "image", "images")}{(came == "" ? "" : $": {came}")}{notAsked}{leftOut}.");
    }

    static string Count(long count, string one, string many) => Invariant($"{count:N0} {(count == 1 ? one : many)}");

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
