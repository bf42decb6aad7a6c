using System.Text.Json;
using System.Text.Unicode;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Findings;
using Davy.Indicators;
using Davy.Logs;

namespace Davy;

/// <summary>Takes one entry from bytes to verdicts. It keeps nothing, so a scan, a server and a test all use it alike.</summary>
/// <param name="detectors">The detectors, in the order of their findings.</param>
/// <param name="indicators">What is known to be bad.</param>
/// <param name="limits">What an entry may be.</param>
public sealed class Examiner(IReadOnlyList<IDetector> detectors, IndicatorSet indicators, ReadLimits limits)
{
    /// <summary>Examines an entry.</summary>
    /// <param name="json">The entry: a LogEntry, or a bare Cloud Run object; not an envelope.</param>
    /// <param name="location">Where it stood.</param>
    /// <returns>What it came to; a fault in it is a rejection, never an exception.</returns>
    public Examination Examine(ReadOnlyMemory<byte> json, EntryLocation location)
    {
        try
        {
            EntryLimits.Check(json.Span, limits);
            using var tree = JsonTree.Parse(json, limits.Depth);
            if (tree.Root.ValueKind is not JsonValueKind.Object) throw new EntryRejectedException(RejectReason.NotAnObject, "It is JSON, but not an object.");

            var entry = LogEntry.Parse(tree.Root);
            return Examine(DeploymentReader.Read(entry), location, entry.Timestamp);
        }
        catch (EntryRejectedException fault)
        {
            return Reject(fault.Reason, fault.Message);
        }
        catch (JsonException) when (EntryLimits.IsDeeper(json.Span, limits.Depth))
        {
            return Reject(RejectReason.TooDeep, $"It is nested deeper than {limits.Depth} levels.");
        }
        catch (JsonException fault)
        {
            return Reject(RejectReason.Malformed, $"It is not valid JSON: the fault is at byte {fault.BytePositionInLine ?? 0} of line {(fault.LineNumber ?? 0) + 1} of the entry.");
        }

        Examination Reject(RejectReason reason, string detail) => new() { Location = location, Class = EntryClass.Rejected, Rejected = new(location, reason, detail) };
    }

    /// <summary>Whether an entry is valid and its raw bytes tell that it is not of Cloud Run: nothing more need be read of it.</summary>
    /// <param name="json">The entry.</param>
    /// <returns>False where that cannot be told so cheaply, whatever it is.</returns>
    internal bool IsPlainlyOther(ReadOnlySpan<byte> json)
    {
        if (!EntryLimits.AreKept(json, limits) || Prefilter.MayConcernCloudRun(json)) return false;

        // A text that is no Unicode rejects an entry where it is read; where there is none, nothing is rejected.
        JsonScanner scanner = new(json, limits.Depth);
        return scanner.IsObject() && !scanner.HasSurrogate && (!scanner.HasForeign || Utf8.IsValid(json));
    }

    /// <summary>Reads what an entry tells of a deployment or call, without judging it.</summary>
    /// <param name="json">The entry.</param>
    /// <param name="look">What is asked for.</param>
    /// <returns>Null where it tells of none, or of a resource that is not asked for, or cannot be read.</returns>
    internal Deployment? ReadCall(ReadOnlyMemory<byte> json, SecondLook look)
    {
        try
        {
            EntryLimits.Check(json.Span, limits);
            using var tree = JsonTree.Parse(json, limits.Depth);
            if (ResourceIdentity.LabelledName(tree.Root) is { Length: > 0 } name && !look.AsksName(name)) return null;
            return DeploymentReader.Read(LogEntry.Parse(tree.Root), look.Asks) switch
            {
                Reading.Deployed(var deployment) => deployment,
                Reading.Announced(var call) => call,
                Reading.UnknownShape(var call, _) when call.Resource.Name != "" => call,
                Reading.NotADeployment(_, var call) => call,
                _ => null,
            };
        }
        catch (Exception fault) when (fault is EntryRejectedException or JsonException)
        {
            return null;
        }
    }

    Examination Examine(Reading reading, EntryLocation location, Timestamp? time) => reading switch
    {
        Reading.Deployed(var deployment) => Judge(deployment, location, time),
        Reading.Announced(var call) => new() { Location = location, Time = time, Class = EntryClass.Examined, Deployment = call, IsAnnouncement = true },
        Reading.UnknownShape(var call, var shape) => new()
        {
            Location = location,
            Time = time,
            Class = EntryClass.Examined,
            Deployment = call.Resource.Name == "" ? null : call,
            Doubts = [UnknownShape(call, shape, location)],
        },
        Reading.NotADeployment(_, var call) => new() { Location = location, Time = time, Class = EntryClass.NotADeployment, Deployment = call },
        _ => new() { Location = location, Time = time, Class = EntryClass.NotCloudRun },
    };

    /// <summary>Judges a deployment.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="location">Where its entry stood.</param>
    /// <param name="time">The entry's time; null where it is not told.</param>
    internal Examination Judge(Deployment deployment, EntryLocation location, Timestamp? time)
    {
        List<(IDetector, Verdict.Malicious)>? findings = null;
        List<Doubt>? doubts = null;

        foreach (var detector in detectors)
        {
            try
            {
                foreach (var verdict in detector.Judge(deployment, indicators))
                {
                    if (verdict is Verdict.Malicious malicious) (findings ??= []).Add((detector, malicious));
                    else if (verdict is Verdict.Undecided undecided) (doubts ??= []).Add(Undecided(deployment, undecided, location));
                }
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // A detector's fault must not pass for clean, and must not end the scan of everything else.
                (doubts ??= []).Add(new(DoubtKind.DetectorFault, $"{detector.Rule} {deployment.Resource.AdminName}",
                    $"The detector {detector.Rule} failed on {deployment.Resource.AdminName} ({fault.GetType().Name}); it was not judged by it.", location)
                { Project = deployment.Resource.Project });
            }
        }

        return new() { Location = location, Time = time, Class = EntryClass.Examined, Deployment = deployment, Findings = findings ?? [], Doubts = doubts ?? [] };
    }

    static Doubt Undecided(Deployment deployment, Verdict.Undecided undecided, EntryLocation location) =>
        new(DoubtKind.UnreadableReference, $"{deployment.Resource.AdminName}: {undecided.Reason}", $"{deployment.Resource.AdminName}: {undecided.Reason}", location)
        {
            Project = deployment.Resource.Project,
        };

    static Doubt UnknownShape(Deployment call, EntryShape shape, EntryLocation location) =>
        new(DoubtKind.UnknownShape, shape.Fingerprint,
            $"An entry of Cloud Run has a shape that was never seen (method '{call.Entry.Method}', fingerprint {shape.Fingerprint}); what it deployed, if anything, is not known.",
            location, shape.Paths)
        {
            Project = call.Resource.Project,
        };
}
