using System.Data.Common;
using System.Text.Json.Nodes;

namespace Davy.Findings;

/// <summary>Findings written in one transaction, under one set of rules.</summary>
sealed class FindingBatch(FindingWriter writer, DbTransaction transaction, WriteRules rules)
{
    readonly List<FindingNodes> _nodes = [];

    /// <summary>Where the findings stand that were written.</summary>
    public IReadOnlyList<FindingNodes> Nodes => _nodes;

    /// <summary>Changes a finding, or keeps a new one.</summary>
    /// <returns>Null where another transaction came first: try again in a new one.</returns>
    public async Task<KeptFinding?> ChangeAsync(FindingName name, Func<KeptFinding?, FindingContent> change, CancellationToken cancel)
    {
        var found = await FindingWriter.FindAsync(transaction, [name], cancel);
        if (found is not [{ } before]) return await CreateAsync(name, change(null), cancel);

        var changed = FindingChange.To(before, change(before));
        IndexedText.Check(changed.Finding, changed.Old);
        return (await WriteAsync([changed], cancel))[0];
    }

    /// <summary>Joins findings with what is kept. Rows that another transaction adds at the same time are joined with, too.</summary>
    public async Task<IReadOnlyList<MergedFinding>> MergeAsync(IReadOnlyList<PreparedFinding> findings, CancellationToken cancel)
    {
        // In one order, so that two servers do not wait for each other crosswise; the first of a name is inserted, the others joined with it.
        var order = Enumerable.Range(0, findings.Count)
            .OrderBy(place => findings[place].Name.SourceId, StringComparer.Ordinal).ThenBy(place => findings[place].Name.FindingId, StringComparer.Ordinal).ThenBy(place => place)
            .ToList();
        var firsts = FirstOfEachName(order, findings);

        List<FindingRow> rows = [];
        foreach (var place in firsts) rows.Add(await RowAsync(findings[place], cancel));
        var keys = await writer.InsertAsync(transaction, rows, cancel);

        var merged = new MergedFinding[findings.Count];
        for (var first = 0; first < firsts.Count; first++)
        {
            if (keys[first] is not { } key) continue;
            merged[firsts[first]] = new(await CreatedAsync(rows[first], key, cancel), MergeOutcome.Created);
        }

        for (var rest = order; ;)
        {
            rest = [.. rest.Where(place => merged[place] is null)];
            if (rest.Count == 0) return merged;
            await JoinAsync(findings, FirstOfEachName(rest, findings), merged, cancel);
        }
    }

    /// <summary>Edits findings that were read in this transaction; where another transaction came first, what that wrote is edited instead.</summary>
    /// <returns>How many were changed.</returns>
    public async Task<int> EditAsync(IReadOnlyList<KeptFinding> findings, Action<KeptFinding, JsonObject> edit, CancellationToken cancel)
    {
        var changed = 0;
        while (findings.Count > 0)
        {
            List<FindingChange> changes = [.. findings.Select(before => FindingChange.By(before, edit))];
            var written = await WriteAsync(changes, cancel);
            changed += written.Where((after, place) => after is not null && !ReferenceEquals(after, changes[place].Before)).Count();

            var lost = findings.Where((_, place) => written[place] is null).Select(finding => finding.Name).ToList();
            findings = [.. (await FindingWriter.FindAsync(transaction, lost, cancel)).OfType<KeptFinding>()];
        }

        return changed;
    }

    /// <summary>Joins one finding of each name with what is kept; whoever loses against another transaction is left out.</summary>
    async Task JoinAsync(IReadOnlyList<PreparedFinding> findings, List<int> places, MergedFinding[] merged, CancellationToken cancel)
    {
        var before = await FindingWriter.FindAsync(transaction, [.. places.Select(place => findings[place].Name)], cancel);
        List<FindingChange> changes = [.. places.Select((place, at) =>
            FindingChange.Joining(before[at] ?? throw FindingStore.NotFound(findings[place].Name), findings[place].Finding.Content))];

        var written = await WriteAsync(changes, cancel);
        for (var at = 0; at < places.Count; at++)
        {
            if (written[at] is { } kept) merged[places[at]] = new(kept, ReferenceEquals(kept, before[at]) ? MergeOutcome.Unchanged : MergeOutcome.Changed);
        }
    }

    /// <summary>Writes changes of different findings.</summary>
    /// <returns>Each as it is kept now, the same object where nothing was changed; null where another transaction came first.</returns>
    async Task<KeptFinding?[]> WriteAsync(List<FindingChange> changes, CancellationToken cancel)
    {
        var kept = new KeptFinding?[changes.Count];
        List<(int Place, FindingRow Row)> pending = [];
        for (var place = 0; place < changes.Count; place++)
        {
            var change = changes[place];
            FindingMerge.KeepIdentity(change.Old, change.Finding);
            IndexedText.Cut(change.Finding, change.Resource);
            var row = writer.Row(change, rules);
            if (change.IsAny) pending.Add((place, row));
            else kept[place] = change.Before;
        }

        var written = await writer.UpdateAsync(transaction, [.. pending.Select(one => (one.Row, changes[one.Place].Before))], cancel);
        for (var at = 0; at < pending.Count; at++)
        {
            if (!written[at]) continue;

            var (place, row) = pending[at];
            var change = changes[place];
            _nodes.Add(row.Nodes);
            if (Noteworthy.Between(change.Old, change.Finding)) await writer.TellAsync(transaction, row, change.Before.Key, change.Finding, change.Resource, rules, cancel);
            kept[place] = change.Before with { Content = row.Content, Version = change.Before.Version + 1 };
        }

        return kept;
    }

    async Task<KeptFinding?> CreateAsync(FindingName name, FindingContent content, CancellationToken cancel)
    {
        IndexedText.Check(FindingJsonText.Parse(content.Document, "finding"), before: null);
        var row = writer.Begin(name, await writer.SourceNodeAsync(transaction, name, cancel), content, rules);
        return await writer.InsertAsync(transaction, [row], cancel) is [{ } key] ? await CreatedAsync(row, key, cancel) : null;
    }

    async Task<KeptFinding> CreatedAsync(FindingRow row, long key, CancellationToken cancel)
    {
        _nodes.Add(row.Nodes);
        if (rules.TellsAny)
        {
            await writer.TellAsync(transaction, row, key, FindingJsonText.Parse(row.Content.Document, "finding"), FindingJsonText.Parse(row.Content.Resource, "resource"), rules, cancel);
        }

        return new(key, row.Name, row.Content, 1);
    }

    async Task<FindingRow> RowAsync(PreparedFinding finding, CancellationToken cancel) =>
        finding.Row is { } row && ReferenceEquals(finding.Rules, rules)
            ? row
            : writer.Begin(finding.Name, await writer.SourceNodeAsync(transaction, finding.Name, cancel), finding.Finding.Content, rules);

    static List<int> FirstOfEachName(IReadOnlyList<int> places, IReadOnlyList<PreparedFinding> findings) =>
        [.. places.DistinctBy(place => (findings[place].Name.SourceId, findings[place].Name.FindingId))];
}
