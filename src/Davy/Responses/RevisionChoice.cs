using Davy.CloudRun;
using Davy.Images;

namespace Davy.Responses;

/// <summary>Whether a revision may be gone back to.</summary>
/// <param name="Part">The revision.</param>
/// <param name="WhyNot">Why not, in words; empty where it is good.</param>
public sealed record RevisionChoice(WorkloadPart Part, IReadOnlyList<string> WhyNot)
{
    /// <summary>Whether it is good: it became ready, all its images are known by digest and none is listed or bad by an inspection, and somebody else deployed it than what is listed.</summary>
    public bool IsGood => WhyNot.Count == 0;

    /// <summary>Judges all revisions of a workload.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="inspections">What inspections said of images.</param>
    /// <returns>The choices, the latest first; none for a job, which has no revisions.</returns>
    public static IReadOnlyList<RevisionChoice> Of(Workload workload, IReadOnlyList<KeptInspection> inspections)
    {
        var suspects = workload.Parts.Where(part => part.IsListed && part.Kind is not PartKind.Execution && part.Creator != "").Select(part => part.Creator).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. workload.Parts.Where(part => part.Kind is PartKind.Revision).Select(part => new RevisionChoice(part, [.. WhyNotGood(part, suspects, inspections)]))];
    }

    /// <summary>The image of a container by its digest; null where the digest is not known.</summary>
    /// <param name="container">The container.</param>
    public static string? Pinned(Container container) =>
        new[] { container.Ran?.Text, container.Image?.Text }.FirstOrDefault(text => text is not null && ImageReference.TryParse(text, out var reference, out _) && reference.Digest is not null);

    static IEnumerable<string> WhyNotGood(WorkloadPart part, HashSet<string> suspects, IReadOnlyList<KeptInspection> inspections)
    {
        if (part.IsListed) yield return "it has a listed image or command";
        foreach (var inspection in part.Containers.Select(container => KeptInspection.Find(inspections, Pinned(container))).OfType<KeptInspection>().Where(inspection => inspection.IsBad).Distinct()) yield return $"an image of it {inspection.Says}";
        if (part.IsUndecided) yield return "something in it could not be judged";
        if (!part.IsReady) yield return "it never became ready";
        if (part.Containers.Count == 0) yield return "it has no containers";
        if (part.Containers.Any(container => Pinned(container) is null)) yield return "the digest of an image is not known, and a tag may lead elsewhere by now";
        if (part.Creator == "") yield return "who deployed it is not told";
        else if (suspects.Contains(part.Creator)) yield return "the one who deployed it also deployed what is listed";
    }
}
