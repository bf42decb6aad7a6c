using System.Globalization;
using System.Text;
using Davy.CloudRun;
using Davy.Findings;

namespace Davy.Reports;

/// <summary>For a person: a block a finding, which answers what, which image, why, who, when, what ran before and what to do now; then what could not be judged.</summary>
/// <param name="options">Ancestry and look.</param>
public sealed class TableReport(ReportOptions options) : IReport
{
    const int ActorsShown = 3;
    const int ReportersShown = 3;
    const int DoubtsShown = 5;
    const int SignsShown = 3;
    const int SentenceLength = 1_000;

    /// <inheritdoc/>
    public void Write(IReadOnlyList<Finding> findings, IReadOnlyList<Doubt> doubts, Stream output)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        Write(findings, doubts, writer);
    }

    /// <summary>Writes the whole report, and leaves the output open.</summary>
    /// <param name="findings">The findings.</param>
    /// <param name="doubts">What could not be judged.</param>
    /// <param name="output">Where to; a terminal, a pipe or a file.</param>
    public void Write(IReadOnlyList<Finding> findings, IReadOnlyList<Doubt> doubts, TextWriter output)
    {
        var block = new TableBlock(output, options.Style);
        var first = true;
        foreach (var finding in findings.InOrder())
        {
            if (!first) block.Blank();
            first = false;
            Write(block, finding, new(finding, options));
        }

        if (doubts.Count == 0) return;
        if (!first) block.Blank();
        Write(block, doubts);
    }

    static void Write(TableBlock block, Finding finding, FindingNames names)
    {
        var certainty = Words.Value(finding.Match.Certainty);
        var kind = Words.Said(finding.Match.Kind);
        block.Heading(finding.Severity, TextSanitizer.Clean(finding.Category), kind == "" ? certainty : $"{kind}, {certainty}");

        What(block, finding, names);
        Image(block, finding);
        Why(block, finding);
        Inside(block, finding);
        Who(block, finding);
        When(block, finding);
        Before(block, finding);
        Now(block, finding, names);
    }

    static void What(TableBlock block, Finding finding, FindingNames names)
    {
        var accounts = finding.Occurrences.Select(occurrence => occurrence.ServiceAccount).Where(account => account != "").Distinct(StringComparer.Ordinal).ToList();
        block.Row("what", FindingText.Resource(names) + (accounts is [var only] ? $", running as {TextSanitizer.Clean(only)}" : ""));
    }

    static void Image(TableBlock block, Finding finding)
    {
        foreach (var container in finding.Containers)
        {
            var name = container.Name == "" ? "" : $" (container {TextSanitizer.Clean(container.Name)})";
            if (container.Uri != "") block.Row("image", TextSanitizer.Clean(container.Uri) + name);
            if (FindingText.Ran(container) is var ran and not "" && ran != container.Uri) block.Row("ran", TextSanitizer.Clean(ran));
        }
    }

    static void Why(TableBlock block, Finding finding)
    {
        var match = finding.Match;
        var family = match.Family == "" ? "" : $", {TextSanitizer.Clean(match.Family)}";
        var listed = match.Kind is null ? "matches the list" : "is on the list";
        block.Row("why", match.IsByInspection
            ? $"it is on no list, and runs a miner by what is in it: {TextSanitizer.Clean(match.Indicator)}"
            : $"{TextSanitizer.Clean(match.Indicator)} {listed} {TextSanitizer.Clean(match.List)}{family}");

        var since = match.FirstReported == "" ? "" : $"first reported {TextSanitizer.Clean(match.FirstReported)}";
        var by = string.Join("; ", match.Sources.Take(ReportersShown).Select(source => TextSanitizer.Clean(source.Title)));
        var more = match.Sources.Count > ReportersShown ? string.Create(CultureInfo.InvariantCulture, $" and {match.Sources.Count - ReportersShown} more") : "";
        var reported = by == "" ? since : since == "" ? $"reported by {by}{more}" : $"{since}, by {by}{more}";
        if (reported != "") block.More(reported);

        if (match.Transformation != "") block.More(TextSanitizer.Clean(match.Transformation));
        if (match.WhyPossible != "") block.More($"only possible: {TextSanitizer.Clean(match.WhyPossible)}");
        foreach (var part in match.Evidence) block.More($"{TextSanitizer.Clean(part.Signal)}: {TextSanitizer.Clean(part.Text)}");
    }

    static void Inside(TableBlock block, Finding finding)
    {
        foreach (var image in finding.Inspections)
        {
            // The same digest may have been had in another place than the finding names.
            var isNamed = finding.Inspections.Count > 1 || (image.IsByDigest && finding.Containers.All(container => container.ImageId != image.Image));
            var name = isNamed ? $"{TextSanitizer.Clean(image.Image)}: " : "";
            block.Row("inside", name + TextSanitizer.Clean(InspectionText.Said(image), SentenceLength));
            if (InspectionText.Remark(finding, image) is { Length: > 0 } remark) block.More(remark);
            foreach (var evidence in image.Evidence)
            {
                block.More(TextSanitizer.Clean(InspectionText.Proof(evidence), SentenceLength));
                foreach (var sign in evidence.Signs.Take(SignsShown)) block.More($"  {TextSanitizer.Clean(sign.Id)}: {TextSanitizer.Clean(sign.Text)}");
            }
        }
    }

    static void Who(TableBlock block, Finding finding)
    {
        var known = finding.Occurrences.Where(occurrence => occurrence.Actor is not null)
            .DistinctBy(occurrence => (occurrence.Actor!.Principal, occurrence.Actor.CallerIp, occurrence.Client)).ToList();
        if (known.Count == 0) block.Row("who", $"not known: {TextSanitizer.Clean(FindingText.WhyNoActor(finding))}");

        foreach (var occurrence in known.Take(ActorsShown))
        {
            var actor = occurrence.Actor!; // Only those with an actor are left.
            var principal = actor.Principal != "" ? actor.Principal : actor.Subject != "" ? actor.Subject : "somebody whom the log withholds";
            var from = actor.CallerIp == "" ? "" : $" from {TextSanitizer.Clean(actor.CallerIp)}";
            var client = occurrence.Client != "" ? occurrence.Client : actor.UserAgent;
            block.Row("who", TextSanitizer.Clean(principal) + from + (client == "" ? "" : $" with {TextSanitizer.Clean(client)}"));
            block.More(Words.Said(actor.Basis));
        }

        if (known.Count > ActorsShown) block.More(string.Create(CultureInfo.InvariantCulture, $"and {known.Count - ActorsShown} more"));
    }

    static void When(TableBlock block, Finding finding)
    {
        var (first, last) = (FindingText.FirstSeen(finding), FindingText.LastSeen(finding));
        var span = first is null ? "the log does not tell" : last == first ? $"{first}" : $"{first} to {last}";
        var times = finding.OccurrenceCount == 1 ? "1 deployment" : string.Create(CultureInfo.InvariantCulture, $"{finding.OccurrenceCount} deployments");
        block.Row("when", $"{span}, {times}" + (finding.Occurrences is [_, ..] all && all.All(each => each.FailedToStart) ? ", none started" : ""));
        if (finding.ResourceDeleted) block.More($"the {finding.Resource.Kind.Title} was deleted" + (finding.DeletedAt is { } deleted ? $" {deleted}" : ""));
    }

    static void Before(TableBlock block, Finding finding)
    {
        if (finding.History is not { } history)
        {
            block.Row("before", "not known: nothing was looked up");
            return;
        }

        var by = history.PreviousActor == "" ? "" : $", deployed by {TextSanitizer.Clean(history.PreviousActor)}";
        block.Row("before", history.PreviousImage == "" ? "no earlier deployment in this log" : TextSanitizer.Clean(history.PreviousImage) + (history.PreviousAt is { } at ? $", {at}" : "") + by);
        if (finding.Actor is null) return;
        block.More(history.DeploymentsByActor switch
        {
            0 => "whoever deployed this never deployed here before, as far as this log goes",
            1 => "whoever deployed this deployed here once before",
            var times => string.Create(CultureInfo.InvariantCulture, $"whoever deployed this deployed here {times} times before"),
        });
    }

    static void Now(TableBlock block, Finding finding, FindingNames names)
    {
        block.Row("now", NextSteps.Question);
        foreach (var step in NextSteps.Of(finding, names))
        {
            block.More(step.What);
            if (step.Command != "") block.Command(step.Command);
        }

        block.More(NextSteps.Warning);
        if (names.LogsExplorer == "") return;
        block.More("The entry in the Logs Explorer:");
        block.Verbatim(names.LogsExplorer);
    }

    static void Write(TableBlock block, IReadOnlyList<Doubt> doubts)
    {
        block.Title(doubts.Count == 1 ? "1 thing could not be judged. It is not known to be clean."
            : string.Create(CultureInfo.InvariantCulture, $"{doubts.Count}{(doubts.Count < DoubtSet.Kept ? "" : " or more")} things could not be judged. They are not known to be clean."));

        foreach (var group in doubts.InOrder().GroupBy(doubt => doubt.Kind))
        {
            var all = group.ToList();
            block.Blank();
            block.Label(string.Create(CultureInfo.InvariantCulture, $"{Words.Said(group.Key)} ({all.Count})"));
            foreach (var doubt in all.Take(DoubtsShown)) block.Item(Said(doubt));
            if (all.Count > DoubtsShown) block.Item(string.Create(CultureInfo.InvariantCulture, $"and {all.Count - DoubtsShown} more; --format json lists {(doubts.Count < DoubtSet.Kept ? "them all" : $"the {DoubtSet.Kept} that are kept")}"));
        }
    }

    static string Said(Doubt doubt)
    {
        var where = string.IsNullOrEmpty(doubt.Location.Input) ? "" : $" ({TextSanitizer.Clean(doubt.Location.ToString())})";
        var about = doubt.Detail.Contains(doubt.Key, StringComparison.Ordinal) ? "" : $"{TextSanitizer.Clean(doubt.Key)}: ";
        return about + TextSanitizer.Clean(doubt.Detail) + where;
    }
}
