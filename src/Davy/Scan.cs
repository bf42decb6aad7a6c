using Davy.CloudRun;
using Davy.Detection;
using Davy.Findings;
using Davy.Images;
using Davy.Logs;

namespace Davy;

/// <summary>
/// Logs in, findings out: reads every input once, and those that can be read again a second time where there are findings and more calls than are remembered, to learn who deployed
/// and what ran before. Between the two it may look into the images of the deployments. It reads on several threads and keeps in order, so that what it finds never depends on them.
/// </summary>
/// <param name="settings">What to work with.</param>
public sealed class Scan(ScanSettings settings)
{
    readonly Examiner _examiner = new(settings.Detectors, settings.Indicators, settings.Limits);
    readonly FindingSet _findings = new();
    readonly DoubtSet _doubts = new();
    readonly RecentEntries _recent = new();
    readonly RememberedCalls _calls = new();
    readonly WaitingOperations _waiting = new();
    readonly List<RejectedEntry> _rejectedEntries = [];
    readonly SeenImages? _images = settings.Inspection is null ? null : new(settings.Exceptions, settings.Today);
    ImageInspections? _inspections;
    OrderedReading<ExaminedEntry>? _first;
    OrderedReading<ObservedCall>? _second;
    long _notCloudRun;
    long _notADeployment;
    long _examined;
    long _rejected;
    long _duplicates;
    long _deletions;
    long _excepted;

    /// <summary>How many bytes were read so far, both times; may be asked from another thread.</summary>
    public long BytesRead => (_first?.Progress ?? 0) + (_second?.Progress ?? 0);

    /// <summary>How many images were inspected so far, and how many will be; none before the inputs are read. May be asked from another thread.</summary>
    public (int Done, int Wanted) Inspected => _inspections?.Progress ?? default;

    /// <summary>Scans.</summary>
    /// <param name="inputs">What to read, in order.</param>
    /// <param name="cancel">Ends the scan early; what was found is kept, and the summary says that it is partial.</param>
    /// <returns>What was found.</returns>
    public ScanResult Run(IReadOnlyList<LogInput> inputs, CancellationToken cancel)
    {
        _first = new(settings.Limits)
        {
            Threads = settings.Threads,
            IsFiltering = !settings.Validate,
            Examine = Examine,
            Take = Keep,
            Reject = Reject,
        };
        _first.Run(inputs, cancel);

        var inspected = Inspect(cancel);
        var look = LookBack(inputs, _first.Inputs, cancel);
        var findings = _findings.ToFindings(look);
        if (inspected is not null) findings = [.. findings.Select(inspected.Tell)];
        var (doubts, notices) = _doubts.Close();
        return new(findings, doubts, Summarise(_first, findings.Count, [.. notices, .. inspected?.Notices ?? []], cancel.IsCancellationRequested) with { Inspection = inspected?.Counts });
    }

    ExaminedEntry? Examine(ReadOnlyMemory<byte> json, EntryLocation location) => settings.Validate && _examiner.IsPlainlyOther(json.Span)
        ? new(EntryClass.NotCloudRun, location, null, null, null, null)
        : ExaminedEntry.Of(_examiner.Examine(json, location), _images is not null);

    /// <summary>Looks into the images of the deployments: one that runs a miner opens a finding, and one of which that cannot be told is a doubt.</summary>
    InspectedImages? Inspect(CancellationToken cancel)
    {
        if (settings.Inspection is not { } inspection || _images is null || cancel.IsCancellationRequested) return null;

        _inspections = new(inspection, _images);
        var inspected = _inspections.RunAsync(cancel).GetAwaiter().GetResult();
        var detector = settings.Detectors.FirstOrDefault(each => each is CryptominingDockerImage) ?? new CryptominingDockerImage(Upstreams.None);
        foreach (var (deployment, verdict, location) in inspected.Found) _findings.Add(detector, deployment, verdict, location);
        foreach (var doubt in inspected.Doubts) _doubts.Add(doubt);
        return inspected;
    }

    /// <summary>Learns what the log tells of the few resources that have findings, from memory or by reading again.</summary>
    SecondLook LookBack(IReadOnlyList<LogInput> inputs, int read, CancellationToken cancel)
    {
        var look = _findings.Questions();
        var isAllRereadable = inputs.Take(read).All(input => input.IsRereadable);
        look.HasHistory = isAllRereadable && !cancel.IsCancellationRequested;
        if (!isAllRereadable) look.Waiting = _waiting;
        if (_waiting.PushedOut > 0) look.WhyNoActor = "order of input: its activity entry came too long before";
        if (!look.IsNeeded || cancel.IsCancellationRequested) return look;

        if (_calls.IsWhole) _calls.Tell(look);
        else ReadAgain(inputs, look, cancel);
        return look;
    }

    void ReadAgain(IReadOnlyList<LogInput> inputs, SecondLook look, CancellationToken cancel)
    {
        _second = new(settings.Limits)
        {
            Threads = settings.Threads,
            IsFiltering = true,
            Examine = (json, _) => _examiner.ReadCall(json, look) is { } call ? ObservedCall.Of(call) : null,
            Take = (_, call, _) => look.Observe(call),
        };
        _second.Run([.. inputs.Where(input => input.IsRereadable)], cancel);
    }

    void Keep(LogInput input, ExaminedEntry entry, long firstLine)
    {
        if (entry.Call is { } call)
        {
            if (input.IsRereadable) _calls.Add(call);
            else _waiting.Add(call);
        }

        switch (entry.Class)
        {
            case EntryClass.NotCloudRun:
                _notCloudRun++;
                return;
            case EntryClass.NotADeployment:
                _notADeployment++;
                return;
            case EntryClass.Rejected:
                var rejected = entry.More!.Rejected!;
                Reject(rejected with { Location = rejected.Location.WithLines(firstLine) });
                return;
        }

        _examined++;
        if (entry.Key is { } key && _recent.Repeats(key)) _duplicates++;
        if (entry.SystemEventKey is { } resource) _doubts.SystemEventOf(entry.Call!.Value.Resource, resource);
        if (entry.More is { } examination) Keep(examination, entry.Location.WithLines(firstLine), firstLine);
    }

    void Keep(Examination examination, EntryLocation location, long firstLine)
    {
        foreach (var doubt in examination.Doubts) _doubts.Add(doubt with { Location = doubt.Location.WithLines(firstLine) });
        _images?.See(examination, location);
        if (examination.Deployment is not { } deployment) return;

        if (examination.IsAnnouncement) _doubts.Await(deployment, location);
        if (deployment.IsDeletion)
        {
            _deletions++;
            _findings.AddDeletion(deployment);
        }

        foreach (var (detector, verdict) in examination.Findings)
        {
            if (IsExcepted(deployment, verdict)) _excepted++;
            else _findings.Add(detector, deployment, verdict, location);
        }
    }

    bool IsExcepted(Deployment deployment, Verdict.Malicious verdict)
    {
        var image = verdict.Match.Repository == "" || verdict.Container.Image is not { } text ? null : ImageSpelling.Read(text.Text).Reference;
        return settings.Exceptions.Covers(image, deployment.Resource.AdminName, settings.Today) is not null;
    }

    void Reject(RejectedEntry rejected)
    {
        _rejected++;
        if (_rejectedEntries.Count < ScanSummary.RejectedKept) _rejectedEntries.Add(rejected);
    }

    ScanSummary Summarise(OrderedReading<ExaminedEntry> reading, int findings, IReadOnlyList<string> notices, bool isPartial) => new()
    {
        Inputs = reading.Inputs,
        Bytes = reading.Bytes,
        NotCloudRun = _notCloudRun + reading.Dismissed,
        NotValidated = reading.Dismissed,
        NotADeployment = _notADeployment,
        Examined = _examined,
        Rejected = _rejected,
        Duplicates = _duplicates,
        Deletions = _deletions,
        Excepted = _excepted,
        Doubts = _doubts.Count,
        Findings = findings,
        RejectedEntries = _rejectedEntries,
        Notices = _waiting.PushedOut == 0 ? notices : [.. notices, $"{_waiting.PushedOut} callers were pushed out before their system event came; where that is why an actor is not known, the finding says so: order of input."],
        Failures = [.. reading.Failures.Concat(_second?.Failures ?? []).Distinct()],
        IsPartial = isPartial,
    };
}
