using System.Data.Common;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>Which findings of the watch stand on which resource.</summary>
static class ResourceFindings
{
    /// <summary>The findings of resources.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="resources">The resources' keys.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>By the resource's key; none for a resource without findings.</returns>
    public static async Task<Dictionary<string, List<ResourceFinding>>> FindAsync(DbTransaction transaction, IReadOnlyList<string> resources, CancellationToken cancel)
    {
        var found = await RepeatedStatement.ListAsync(transaction, "SELECT source_id, finding_id, open_until, history FROM resource_findings WHERE resource_key = @resource ORDER BY source_id, finding_id",
            [.. resources.Select(resource => (SqlValue[])[new("@resource", resource)])], row => (Source: row.Text(0), Finding: row.Text(1), Until: row.Number(2), History: row.Text(3)), cancel);
        return resources.Zip(found).Where(each => each.Second.Count > 0)
            .ToDictionary(each => each.First, each => each.Second.ConvertAll(row => new ResourceFinding(each.First, row.Source, row.Finding, row.Until, row.History)), StringComparer.Ordinal);
    }

    /// <summary>Notes findings.</summary>
    public static Task SetAsync(DbTransaction transaction, IEnumerable<ResourceFinding> findings, CancellationToken cancel) => RepeatedStatement.RunAsync(transaction, """
        INSERT INTO resource_findings (resource_key, source_id, finding_id, open_until, history) VALUES (@resource, @source, @finding, @until, @history)
        ON CONFLICT (resource_key, source_id, finding_id) DO UPDATE SET open_until = excluded.open_until, history = excluded.history
        """, [.. findings.OrderBy(each => each.Resource, StringComparer.Ordinal).ThenBy(each => each.Source, StringComparer.Ordinal).ThenBy(each => each.Finding, StringComparer.Ordinal).Select(each => (SqlValue[])
        [
            new("@resource", each.Resource), new("@source", each.Source), new("@finding", each.Finding), new("@until", each.OpenUntil), new("@history", each.History),
        ])], _ => true, cancel);
}

/// <summary>A finding of the watch, by its resource.</summary>
/// <param name="Resource">The resource's key.</param>
/// <param name="Source">The source's id.</param>
/// <param name="Finding">The finding's id.</param>
/// <param name="OpenUntil">The log time, in nanoseconds, from which on no entry of the resource but a deletion tells it anything.</param>
/// <param name="History">What the watch wrote last of what ran before, as JSON; empty for nothing.</param>
sealed record ResourceFinding(string Resource, string Source, string Finding, long OpenUntil, string History)
{
    /// <summary>The finding's name, of no node.</summary>
    public FindingName Name => new("", Source, Finding);
}
