using System.Data.Common;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>Which images are looked into in the background.</summary>
public enum InspectionScope
{
    /// <summary>None.</summary>
    Off,

    /// <summary>Those of findings.</summary>
    Findings,

    /// <summary>Those of findings, and all others that are deployed.</summary>
    Deployments,
}

/// <summary>A deployment or finding that uses an image.</summary>
/// <param name="Image">The image.</param>
/// <param name="Subject">The deployment or finding: see <see cref="Deployment"/> and <see cref="Finding"/>.</param>
/// <param name="Wanted">2 where it is to be looked into at once, 1 where it may wait, 0 where this is no reason to do so.</param>
sealed record ImageUse(ImageKey Image, string Subject, int Wanted)
{
    /// <summary>When an image is due for which nothing is to be done any more.</summary>
    public const long Never = long.MaxValue;

    /// <summary>A tag is waited with, for the entry that tells the digest comes a little later.</summary>
    static readonly TimeSpan TagPatience = TimeSpan.FromMinutes(5);

    /// <summary>A tag may name another image the next day.</summary>
    static readonly TimeSpan TagLasts = TimeSpan.FromDays(1);

    /// <summary>What stands for a deployment, by its entry's identity.</summary>
    public static string Deployment(string entry) => $"d{entry}";

    /// <summary>What stands for a finding.</summary>
    public static string Finding(FindingName name) => $"f{name.SourceId} {name.FindingId}";

    /// <summary>The uses of a remembered deployment.</summary>
    public static IEnumerable<ImageUse> Of(RememberedEntry entry, InspectionScope scope) =>
        entry.Deployment.Containers.Select(container => ImageKey.Of(container.Image, container.Ran)).OfType<ImageKey>().DistinctBy(image => image.Key)
            .Select(image => new ImageUse(image, Deployment(entry.Key), scope is InspectionScope.Deployments ? 1 : 0));

    /// <summary>The uses of a finding that Davy found.</summary>
    public static IEnumerable<ImageUse> Of(NewFinding finding)
    {
        var document = FindingJsonText.Parse(finding.Content.Document, "finding");
        return document["containers"].Objects().Select(container => ImageKey.Read(container.Text("imageId"))).OfType<ImageKey>().DistinctBy(image => image.Key)
            .Select(image => new ImageUse(image, Finding(finding.Name), 2));
    }

    /// <summary>
    /// Writes uses down. The image's row comes first: whoever has a result for it at the same moment waits for this commit and then finds the use, and the other way round.
    /// </summary>
    public static async Task AddAsync(DbTransaction transaction, IEnumerable<ImageUse> uses, DateTimeOffset time, CancellationToken cancel)
    {
        var now = time.ToUnixTimeMilliseconds();
        var all = uses.OrderBy(use => use.Image.Key, StringComparer.Ordinal).ThenBy(use => use.Subject, StringComparer.Ordinal).ToList();
        await RepeatedStatement.RunAsync(transaction, """
            INSERT INTO inspections (image, by_digest, wanted, due_at, claim, attempts, fault, result, untold, looked_back, judged_by, judged_at, took_ms, verdict, document, first_at, last_at)
            VALUES (@image, @by_digest, @wanted, @due, '', 0, '', 0, 0, 0, '', 0, 0, '', '', @now, @now)
            ON CONFLICT (image) DO UPDATE SET
                wanted = CASE WHEN excluded.wanted > inspections.wanted THEN excluded.wanted ELSE inspections.wanted END,
                untold = CASE WHEN inspections.result > 0 THEN 1 ELSE inspections.untold END,
                due_at = CASE WHEN inspections.by_digest = 0 AND inspections.due_at = @never AND inspections.judged_at < @stale THEN excluded.due_at ELSE inspections.due_at END,
                last_at = excluded.last_at
            """, [.. all.GroupBy(use => use.Image.Key, StringComparer.Ordinal).Select(image => (SqlValue[])
            [
                new("@image", image.Key), new("@by_digest", image.First().Image.IsDigest ? 1L : 0L), new("@wanted", (long)image.Max(use => use.Wanted)),
                new("@due", now + (image.First().Image.IsDigest ? 0L : (long)TagPatience.TotalMilliseconds)), new("@now", now), new("@never", Never), new("@stale", now - (long)TagLasts.TotalMilliseconds),
            ])], _ => true, cancel);
        await RepeatedStatement.RunAsync(transaction, """
            INSERT INTO inspection_uses (image, subject, reference, told, seen_at) VALUES (@image, @subject, @reference, 0, @now)
            ON CONFLICT (image, subject) DO UPDATE SET seen_at = excluded.seen_at
            """, [.. all.DistinctBy(use => (use.Image.Key, use.Subject)).Select(use => (SqlValue[])
            [
                new("@image", use.Image.Key), new("@subject", use.Subject), new("@reference", use.Image.Reference.ToString()), new("@now", now),
            ])], _ => true, cancel);
    }
}
