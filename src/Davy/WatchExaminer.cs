using Davy.CloudRun;
using Davy.Detection;
using Davy.Findings;
using Davy.Images;
using Davy.Indicators;
using Davy.Inspection;
using Davy.Logs;
using Davy.Reports;
using Davy.Storage;

namespace Davy;

/// <summary>Examines entries for the watch: what is to be kept of each, made ready before the transaction begins.</summary>
sealed class WatchExaminer(WatchSettings settings, Database database, FindingStore findings, TimeProvider time)
{
    readonly AnswerStore _answers = new(database, time);
    volatile Examiner _examiner = new(settings.Detectors, settings.Indicators, settings.Limits);
    volatile bool _hasSource;

    /// <summary>Judges what comes from now on by other lists.</summary>
    public void Learn(IReadOnlyList<IDetector> detectors, IndicatorSet indicators) => _examiner = new(detectors, indicators, settings.Limits);

    /// <summary>The entries that records carry, each with its place.</summary>
    public List<CarriedEntry> Unwrap(IReadOnlyList<(ReadOnlyMemory<byte> Json, EntryLocation Location)> records)
    {
        List<CarriedEntry> entries = [];
        foreach (var (record, location) in records)
        {
            try
            {
                var place = 0;
                List<CarriedEntry> carried = [];
                foreach (var entry in Envelopes.Unwrap(record, settings.Limits)) carried.Add(new(entry.Rejected is null ? entry.Json : record, location, ++place) { Rejected = entry.Rejected });
                entries.AddRange(carried);
            }
            catch (Exception fault) when (PermanentFault.Is(fault))
            {
                // A record that Davy fails on must not take the others with it; what it carries is not known, so it counts as one entry.
                entries.Add(new(record, location, 1) { Broken = PermanentFault.DetailOf(fault) });
            }
        }

        return entries;
    }

    /// <summary>What is to be kept of an entry, which may be nothing. One that fails for good becomes a dead letter and costs no other.</summary>
    public async Task<ObservedEntry> ExamineAsync(CarriedEntry entry, string source, CancellationToken cancel)
    {
        var (observed, reason, detail) = await AttemptAsync(entry, cancel);

        // Once may be chance: what fails for good fails again.
        if (detail is not null) (observed, reason, detail) = await AttemptAsync(entry, cancel);
        return detail is null ? observed : observed.Failed(new(source, entry.Location, reason, detail, entry.Json));
    }

    async Task<(ObservedEntry Entry, DeadLetterReason Reason, string? Detail)> AttemptAsync(CarriedEntry entry, CancellationToken cancel)
    {
        if (entry.Broken is { } broken) return (new() { Carried = entry }, DeadLetterReason.Examining, broken);
        try
        {
            var observed = await OnceAsync(entry, cancel) with { Carried = entry };
            return (observed, DeadLetterReason.Judging, observed.Doubts.FirstOrDefault(doubt => doubt.Kind is DoubtKind.DetectorFault)?.Detail);
        }
        catch (Exception fault) when (PermanentFault.Is(fault))
        {
            // The edge of examining: whatever an entry makes Davy throw is kept with the entry, and is no reason to stop.
            return (new() { Carried = entry }, DeadLetterReason.Examining, PermanentFault.DetailOf(fault));
        }
    }

    async Task<ObservedEntry> OnceAsync(CarriedEntry entry, CancellationToken cancel)
    {
        if (entry.Rejected is { } fault) return ObservedEntry.Of(new(entry.Location, fault.Reason, fault.Message), entry.Json, entry.Place);
        var examination = _examiner.Examine(entry.Json, entry.Location);
        if (examination.Rejected is { } rejected) return ObservedEntry.Of(rejected, entry.Json, entry.Place);

        var observed = ObservedEntry.Of(examination);
        return examination is { Deployment: { } deployment, Findings.Count: > 0 } ? await FoundAsync(observed, examination, deployment, null, cancel) : observed;
    }

    /// <summary>Judges what is remembered by the present lists.</summary>
    /// <param name="kept">The deployment.</param>
    /// <returns>Its examination.</returns>
    public Examination Judge(KeptDeployment kept) => _examiner.Judge(kept.ToDeployment(), EntryLocation.Read(kept.Place), kept.At);

    /// <summary>What is to be kept of a remembered deployment that is judged malicious now: findings that are dated back, with the time of exposure.</summary>
    /// <param name="examination">How it is judged now.</param>
    /// <param name="exposure">From when to when the image ran.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<ObservedEntry> FoundLaterAsync(Examination examination, Exposure exposure, CancellationToken cancel) =>
        await FoundAsync(ObservedEntry.Of(examination) is var entry ? entry with { Key = null, Event = entry.Event! with { Announced = null, Shown = null }, Remembered = null } : entry, examination, examination.Deployment!, exposure, cancel);

    /// <summary>What is to be kept of a remembered deployment whose image was found to run a miner: findings that are dated back, and show what is in it.</summary>
    /// <param name="examination">How it is judged by the lists.</param>
    /// <param name="miners">What the image's content says of its containers.</param>
    /// <param name="inside">What is in the image.</param>
    /// <param name="exposure">From when to when it ran.</param>
    /// <param name="cancel">Stops it.</param>
    public Task<ObservedEntry> FoundInsideAsync(Examination examination, IReadOnlyList<Verdict.Malicious> miners, InspectedImage inside, Exposure exposure, CancellationToken cancel)
    {
        var detector = settings.Detectors.FirstOrDefault(each => each is CryptominingDockerImage) ?? new CryptominingDockerImage(Upstreams.None);
        var found = examination with { Findings = [.. miners.Select(verdict => ((IDetector)detector, verdict))], Doubts = [] };
        return FoundAsync(ObservedEntry.Of(found) with { Key = null, Event = null, Remembered = null }, found, found.Deployment!, exposure, cancel, inside);
    }

    async Task<ObservedEntry> FoundAsync(ObservedEntry entry, Examination examination, Deployment deployment, Exposure? exposure, CancellationToken cancel, InspectedImage? inside = null)
    {
        await EnsureSourceAsync(cancel);
        var exceptions = await _answers.ExceptionsAsync(cancel);
        var now = time.GetUtcNow();
        FindingSet found = new();
        if (deployment.IsDeletion) found.AddDeletion(deployment);
        HashSet<string> excepted = [];
        foreach (var (detector, verdict) in examination.Findings)
        {
            found.Add(detector, deployment, verdict, examination.Location);
            var image = verdict.Match.Repository == "" || verdict.Container.Image is not { } text ? null : ImageSpelling.Read(text.Text).Reference;
            var id = FindingId.Of(detector.Rule, deployment.Resource, verdict.Match.Repository);
            if (exceptions.Covers(image, deployment.Resource.AdminName, DateOnly.FromDateTime(now.UtcDateTime)) is not null) excepted.Add(id);
        }

        // When it was detected is the finding's time; the log's own stands in its evidence. What is found later is dated back to when it was deployed.
        var options = settings.Report with { DetectedAt = exposure?.From ?? Timestamp.From(now) };
        SecondLook look = new() { HasHistory = false, WhyNoActor = SecondLook.NotYet };
        List<(NewFinding, string)> made = [];
        List<Doubt> doubts = [.. entry.Doubts];
        foreach (var finding in found.ToFindings(look))
        {
            if (KeptForm.Of(inside is null ? finding : finding with { Inspections = [inside] }, options) is not { } form)
            {
                doubts.Add(new(DoubtKind.UnknownShape, $"no project {finding.Id}", $"{finding.Category}: the entry names no project, so the finding has no name and cannot be kept.", examination.Location));
            }
            else if (!excepted.Contains(finding.Id) || await findings.FindAsync(form.Name, cancel) is not null)
            {
                var content = await settings.Complete(form.Content, cancel);
                made.Add((form with { Content = exposure?.In(content, now) ?? content }, finding.Occurrences[0].Id));
            }
        }

        return entry with { Findings = made, Doubts = doubts };
    }

    async Task EnsureSourceAsync(CancellationToken cancel)
    {
        if (_hasSource) return;
        await new SourceStore(database, time).EnsureAsync(new()
        {
            SourceId = settings.Report.SourceId,
            Parent = settings.SourceParent,
            DisplayName = "Davy",
            Description = "Findings of Davy, the open threat detector for Cloud Run.",
        }, cancel);
        _hasSource = true;
    }
}

/// <summary>An entry as it was carried in.</summary>
/// <param name="Json">Its bytes; those of what carried it where it could not be had.</param>
/// <param name="Location">Where it was carried from.</param>
/// <param name="Place">Which of the entries there it is, from 1.</param>
readonly record struct CarriedEntry(ReadOnlyMemory<byte> Json, EntryLocation Location, int Place)
{
    /// <summary>Why it could not be had; null where it could.</summary>
    public EntryRejectedException? Rejected { get; init; }

    /// <summary>What failed in taking it out of what carried it; null where nothing did.</summary>
    public string? Broken { get; init; }
}
