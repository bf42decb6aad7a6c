using Davy.CloudRun;
using Davy.Findings;
using Davy.Logs;

namespace Davy;

/// <summary>
/// What a scan keeps of an examination until its turn comes: threads examine out of order, and what waits must be small. The examination itself is there only where it tells more.
/// </summary>
/// <param name="Class">The class it is counted in.</param>
/// <param name="Location">Where the entry stood.</param>
/// <param name="Key">The entry's key; null for one without an insert id, which repeats none.</param>
/// <param name="SystemEventKey">The key of the resource whose system event it is; null where it is none.</param>
/// <param name="Call">What it tells of a deployment or call; null where it tells of none.</param>
/// <param name="More">The examination, where it has findings, doubts or a rejection, tells of a deletion or announcement, or its images are wanted; else null.</param>
readonly record struct ExaminedEntry(EntryClass Class, EntryLocation Location, UInt128? Key, UInt128? SystemEventKey, ObservedCall? Call, Examination? More)
{
    /// <summary>What is kept of an examination.</summary>
    /// <param name="examination">The examination.</param>
    /// <param name="wantsImages">Whether the images of its containers are wanted, also where nothing was found.</param>
    public static ExaminedEntry Of(Examination examination, bool wantsImages)
    {
        if (examination.Deployment is not { } deployment) return new(examination.Class, examination.Location, null, null, null, examination);

        var call = ObservedCall.Of(deployment);
        if (examination.Class is not EntryClass.Examined) return new(examination.Class, examination.Location, null, null, call, null);

        var tellsMore = (wantsImages && deployment.Containers.Count > 0) || examination.IsAnnouncement || deployment.IsDeletion || examination.Findings.Count > 0 || examination.Doubts.Count > 0;
        return new(
            EntryClass.Examined,
            examination.Location,
            deployment.Entry.InsertId == "" ? null : KeyedHash.Of(deployment.Entry),
            deployment.Entry.Log is AuditLogKind.SystemEvent ? KeyedHash.Of(deployment.Resource) : null,
            call,
            tellsMore ? examination : null);
    }
}
