using System.Data.Common;
using System.Text.Json.Nodes;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>Findings written in one transaction, under one set of rules.</summary>
sealed class FindingBatch(FindingWriter writer, DbTransaction transaction, WriteRules rules)
{
    readonly Dictionary<string, string> _sourceNodes = new(StringComparer.Ordinal);
    readonly List<FindingNodes> _nodes = [];

    /// <summary>Where the findings stand that were written.</summary>
    public IReadOnlyList<FindingNodes> Nodes => _nodes;

    /// <summary>Changes a finding, or keeps a new one.</summary>
    /// <returns>Null where another transaction came first: try again in a new one.</returns>
    public async Task<KeptFinding?> ChangeAsync(FindingName name, Func<KeptFinding?, FindingContent> change, CancellationToken cancel)
    {
        var before = await FindAsync(name, cancel);
        return before is null ? await CreateAsync(name, change(null), cancel) : await WriteAsync(before, change(before), told: null, cancel);
    }

    /// <summary>Joins findings with what is kept. Rows that another transaction adds at the same time are joined with, too.</summary>
    public async Task<IReadOnlyList<MergedFinding>> MergeAsync(IReadOnlyList<NewFinding> findings, CancellationToken cancel)
    {
        // In one order, so that two servers do not wait for each other crosswise; the first of a name is inserted, the others joined with it.
        var order = Enumerable.Range(0, findings.Count)
            .OrderBy(place => findings[place].Name.SourceId, StringComparer.Ordinal).ThenBy(place => findings[place].Name.FindingId, StringComparer.Ordinal).ThenBy(place => place)
            .ToList();
        List<int> firsts = [.. order.DistinctBy(place => (findings[place].Name.SourceId, findings[place].Name.FindingId))];

        List<FindingRow> rows = [];
        foreach (var place in firsts) rows.Add(writer.Begin(findings[place].Name, await SourceNodeAsync(findings[place].Name, cancel), findings[place].Content, rules));
        var keys = await writer.InsertAsync(transaction, rows, cancel);

        var merged = new MergedFinding[findings.Count];
        for (var first = 0; first < firsts.Count; first++)
        {
            if (keys[first] is not { } key) continue;
            merged[firsts[first]] = new(await CreatedAsync(rows[first], key, cancel), MergeOutcome.Created);
        }

        foreach (var place in order.Where(place => merged[place] is null)) merged[place] = await JoinAsync(findings[place], cancel);
        return merged;
    }

    /// <summary>Writes a finding that was changed.</summary>
    /// <param name="before">As it was read in this transaction.</param>
    /// <param name="content">What is to be kept.</param>
    /// <param name="told">Whether it is told on; null for as <see cref="Noteworthy"/> says.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where another transaction came first.</returns>
    public async Task<KeptFinding?> WriteAsync(KeptFinding before, FindingContent content, bool? told, CancellationToken cancel)
    {
        var old = FindingJsonText.Parse(before.Content.Document, "finding");
        var finding = FindingJsonText.Parse(content.Document, "finding");
        var resource = FindingJsonText.Parse(content.Resource, "resource");
        FindingMerge.KeepIdentity(old, finding);

        var row = writer.Row(before, finding, resource, content.Wire, rules);
        if (JsonNode.DeepEquals(old, finding) && JsonNode.DeepEquals(FindingJsonText.Parse(before.Content.Resource, "resource"), resource)
            && (before.Content.Wire ?? []).AsSpan().SequenceEqual(content.Wire ?? []))
        {
            return before;
        }

        if (!await writer.UpdateAsync(transaction, row, before.Key, before.Version, cancel)) return null;

        _nodes.Add(row.Nodes);
        if (told ?? Noteworthy.Between(old, finding)) await writer.TellAsync(transaction, row, before.Key, finding, resource, rules, cancel);
        return before with { Content = row.Content, Version = before.Version + 1 };
    }

    /// <summary>Edits a finding that was read in this transaction; where another transaction came first, what that wrote is edited instead.</summary>
    /// <returns>Whether anything changed; false too where the finding is gone.</returns>
    public async Task<bool> EditAsync(KeptFinding kept, Action<KeptFinding, JsonObject> edit, CancellationToken cancel)
    {
        for (var before = kept; before is not null; before = await FindAsync(kept.Name, cancel))
        {
            var finding = FindingJsonText.Parse(before.Content.Document, "finding");
            edit(before, finding);
            if (await WriteAsync(before, before.Content with { Document = FindingJsonText.Write(finding) }, told: null, cancel) is { } after) return !ReferenceEquals(after, before);
        }

        return false;
    }

    async Task<KeptFinding?> CreateAsync(FindingName name, FindingContent content, CancellationToken cancel)
    {
        var row = writer.Begin(name, await SourceNodeAsync(name, cancel), content, rules);
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

    async Task<MergedFinding> JoinAsync(NewFinding found, CancellationToken cancel)
    {
        while (true)
        {
            var before = await FindAsync(found.Name, cancel) ?? throw FindingStore.NotFound(found.Name);
            var finding = FindingJsonText.Parse(found.Content.Document, "finding");
            FindingMerge.Join(FindingJsonText.Parse(before.Content.Document, "finding"), finding);

            FindingContent joined = new(FindingJsonText.Write(finding), found.Content.Resource is "{}" ? before.Content.Resource : found.Content.Resource, found.Content.Wire ?? before.Content.Wire);
            if (await WriteAsync(before, joined, told: null, cancel) is { } kept) return new(kept, ReferenceEquals(kept, before) ? MergeOutcome.Unchanged : MergeOutcome.Changed);
        }
    }

    Task<KeptFinding?> FindAsync(FindingName name, CancellationToken cancel) =>
        FindingWriter.FindAsync(transaction.Command(FindingWriter.FindText, ("@source", name.SourceId), ("@finding", name.FindingId)), cancel);

    /// <summary>The node that a finding's source belongs to; empty where each finding's name has its own.</summary>
    async Task<string> SourceNodeAsync(FindingName name, CancellationToken cancel)
    {
        if (_sourceNodes.TryGetValue(name.SourceId, out var known)) return known;

        await using var command = transaction.Command("SELECT parent FROM sources WHERE source_id = @source", ("@source", name.SourceId));
        var node = await command.ExecuteScalarAsync(cancel) as string
            ?? throw new RefusedException(Refusal.NotFound, $"The source {name.Node}/sources/{name.SourceId} does not exist; create it first.");
        return _sourceNodes[name.SourceId] = node;
    }
}
