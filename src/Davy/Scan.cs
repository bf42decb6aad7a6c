using Davy.CloudRun;
using Davy.Detection;
using Davy.Findings;
using Davy.Images;
using Davy.Logs;

namespace Davy;

/// <summary>
/// Logs in, findings out: reads every input once, and those that can be read again a second time where there are findings, to learn who deployed and what ran before.
/// </summary>
/// <param name="settings">What to work with.</param>
public sealed class Scan(ScanSettings settings)
{
    readonly Examiner _examiner = new(settings.Detectors, settings.Indicators, settings.Limits);
    readonly FindingSet _findings = new();
    readonly DoubtSet _doubts = new();
    readonly RecentEntries _recent = new();
    readonly WaitingOperations _waiting = new();
    readonly List<RejectedEntry> _rejectedEntries = [];
    readonly List<string> _failures = [];
    long _notCloudRun;
    long _dismissed;
    long _notADeployment;
    long _examined;
    long _rejected;
    long _duplicates;
    long _deletions;
    long _excepted;
    long _bytes;
    int _inputs;

    /// <summary>How many bytes were read so far, both times; may be asked from another thread.</summary>
    public long BytesRead => Interlocked.Read(ref _bytes);

    /// <summary>Scans.</summary>
    /// <param name="inputs">What to read, in order.</param>
    /// <param name="cancel">Ends the scan early; what was found is kept, and the summary says that it is partial.</param>
    /// <returns>What was found.</returns>
    public ScanResult Run(IReadOnlyList<LogInput> inputs, CancellationToken cancel)
    {
        var isAllRereadable = true;
        foreach (var input in inputs)
        {
            if (cancel.IsCancellationRequested) break;
            isAllRereadable &= input.IsRereadable;
            ReadOnce(input, cancel);
        }

        var bytes = BytesRead;
        var look = LookAgain(inputs, isAllRereadable, cancel);
        var findings = _findings.ToFindings(look);
        var (doubts, notices) = _doubts.Close();
        return new(findings, doubts, Summarise(bytes, findings.Count, notices, cancel.IsCancellationRequested));
    }

    void ReadOnce(LogInput input, CancellationToken cancel)
    {
        Read(input, settings.Validate, (json, location) => Keep(_examiner.Examine(json, location), input), Reject, dismissed =>
        {
            _notCloudRun += dismissed;
            _dismissed += dismissed;
        }, cancel);
        _inputs++;
    }

    /// <summary>Reads the inputs again for the few resources that have findings.</summary>
    SecondLook LookAgain(IReadOnlyList<LogInput> inputs, bool isAllRereadable, CancellationToken cancel)
    {
        var look = _findings.Questions();
        look.HasHistory = isAllRereadable && !cancel.IsCancellationRequested;
        if (!isAllRereadable) look.Waiting = _waiting;
        if (_waiting.PushedOut > 0) look.WhyNoActor = "order of input: its activity entry came too long before";
        if (!look.IsNeeded) return look;

        foreach (var input in inputs)
        {
            if (!input.IsRereadable || cancel.IsCancellationRequested) continue;
            Read(input, isValidating: false, (json, location) =>
            {
                if (_examiner.Examine(json, location).Deployment is { } deployment) look.Observe(deployment);
            }, _ => { }, _ => { }, cancel);
        }

        return look;
    }

    void Read(LogInput input, bool isValidating, Action<ReadOnlyMemory<byte>, EntryLocation> take, Action<RejectedEntry> reject, Action<long> dismiss, CancellationToken cancel)
    {
        try
        {
            using var stream = input.Open();
            using var reader = new LogReader(stream, input.Name, settings.Limits, prefilter: !isValidating);
            long read = 0;
            try
            {
                while (!cancel.IsCancellationRequested && reader.Read())
                {
                    Interlocked.Add(ref _bytes, reader.BytesRead - read);
                    read = reader.BytesRead;

                    if (reader.Rejected is { } rejected) reject(rejected);
                    else Unwrap(reader.Entry, reader.Location, take, reject);
                }
            }
            finally
            {
                // An input that fails on the way has been read so far, and what was read adds up.
                Interlocked.Add(ref _bytes, reader.BytesRead - read);
                dismiss(reader.Dismissed);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            var failure = $"{input.Name}: {fault.Message}";
            if (!_failures.Contains(failure)) _failures.Add(failure);
        }
    }

    void Unwrap(ReadOnlyMemory<byte> record, EntryLocation location, Action<ReadOnlyMemory<byte>, EntryLocation> take, Action<RejectedEntry> reject)
    {
        foreach (var entry in Envelopes.Unwrap(record, settings.Limits))
        {
            if (entry.Rejected is { } fault) reject(new(location, fault.Reason, fault.Message));
            else take(entry.Json, location);
        }
    }

    void Keep(Examination examination, LogInput input)
    {
        switch (examination.Class)
        {
            case EntryClass.NotCloudRun:
                _notCloudRun++;
                return;
            case EntryClass.NotADeployment:
                _notADeployment++;
                if (!input.IsRereadable && examination.Deployment is { } call) _waiting.Add(call);
                return;
            case EntryClass.Rejected:
                Reject(examination.Rejected!);
                return;
        }

        _examined++;
        foreach (var doubt in examination.Doubts) _doubts.Add(doubt);
        if (examination.Deployment is { } deployment) Keep(deployment, examination, input);
    }

    void Keep(Deployment deployment, Examination examination, LogInput input)
    {
        if (_recent.Repeats(deployment.Entry)) _duplicates++;
        if (!input.IsRereadable) _waiting.Add(deployment);
        if (deployment.Entry.Log is AuditLogKind.SystemEvent) _doubts.SystemEventOf(deployment.Resource);
        if (examination.IsAnnouncement) _doubts.Await(deployment, examination.Location);

        if (deployment.IsDeletion)
        {
            _deletions++;
            _findings.AddDeletion(deployment);
        }

        foreach (var (detector, verdict) in examination.Findings)
        {
            if (IsExcepted(deployment, verdict)) _excepted++;
            else _findings.Add(detector, deployment, verdict, examination.Location);
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

    ScanSummary Summarise(long bytes, int findings, IReadOnlyList<string> notices, bool isPartial) => new()
    {
        Inputs = _inputs,
        Bytes = bytes,
        NotCloudRun = _notCloudRun,
        NotValidated = _dismissed,
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
        Failures = _failures,
        IsPartial = isPartial,
    };
}
