using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json.Nodes;
using Davy.Logs;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>Writes findings within a transaction, with all that belongs to one: columns, ancestors, mutes, and what is to be told.</summary>
sealed class FindingWriter(Database database, ReadFilter read, TimeProvider time)
{
    const int MostScopesKnown = 100_000;
    const int MostSourcesKnown = 10_000;

    const string Columns = """
        source_id, finding_id, version, changed_at, event_time, create_time, scope, name, parent, category, state, severity, mute, finding_class,
            resource_name, resource_type, project, project_display_name, kind, actor, marks, document, resource, wire
        """;

    const string Insert = $"""
        INSERT INTO findings ({Columns})
        VALUES (@source_id, @finding_id, 1, @changed_at, @event_time, @create_time, @scope, @name, @parent, @category, @state, @severity, @mute, @finding_class,
            @resource_name, @resource_type, @project, @project_display_name, @kind, @actor, @marks, json(@document), json(@resource), @wire)
        ON CONFLICT (source_id, finding_id) DO NOTHING
        RETURNING key
        """;

    // The same for many rows, each name an array; in their order, so that two servers do not wait for each other crosswise.
    const string InsertMany = $"""
        INSERT INTO findings ({Columns})
        SELECT source_id, finding_id, 1, changed_at, event_time, create_time, scope, name, parent, category, state, severity, mute, finding_class,
            resource_name, resource_type, project, project_display_name, kind, actor, marks, json(document), json(resource), wire
        FROM unnest(@source_id, @finding_id, @changed_at, @event_time, @create_time, @scope, @name, @parent, @category, @state, @severity, @mute, @finding_class,
            @resource_name, @resource_type, @project, @project_display_name, @kind, @actor, @marks, @document, @resource, @wire)
            AS new (source_id, finding_id, changed_at, event_time, create_time, scope, name, parent, category, state, severity, mute, finding_class,
                resource_name, resource_type, project, project_display_name, kind, actor, marks, document, resource, wire)
        ON CONFLICT (source_id, finding_id) DO NOTHING
        RETURNING source_id, finding_id, key
        """;

    const string Update = """
        UPDATE findings SET version = version + 1, changed_at = @changed_at, event_time = @event_time, scope = @scope, category = @category, state = @state,
            severity = @severity, mute = @mute, finding_class = @finding_class, resource_name = @resource_name, resource_type = @resource_type, project = @project,
            project_display_name = @project_display_name, kind = @kind, actor = @actor, marks = @marks, document = json(@document), resource = json(@resource), wire = @wire
        WHERE key = @key AND version = @version
        RETURNING key
        """;

    readonly FilterCache _filters = new(read);
    readonly ConcurrentDictionary<string, bool> _scopes = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, string> _sourceNodes = new(StringComparer.Ordinal);

    // As they stood last; each transaction looks again.
    volatile WriteRules? _rules;

    public FindingCondition ReadFilter(string text) => _filters.Read(text);

    /// <summary>The rules as they stand in a transaction; the same object while they stay the same.</summary>
    public async Task<WriteRules> RulesAsync(DbTransaction transaction, CancellationToken cancel) =>
        _rules = await WriteRules.LoadAsync(database, transaction, _filters, _rules, cancel);

    /// <summary>Completes a finding that is new: its name and times, ACTIVE, muted as the rules say.</summary>
    public FindingRow Begin(FindingName name, string sourceNode, FindingContent content, WriteRules rules)
    {
        var finding = FindingJsonText.Parse(content.Document, "finding");
        var resource = FindingJsonText.Parse(content.Resource, "resource");
        var now = Timestamp.From(time.GetUtcNow());
        IndexedText.Cut(finding, resource);

        var canonical = name with { Node = sourceNode != "" ? sourceNode : name.Node };
        finding["name"] = canonical.ToString();
        finding["parent"] = canonical.Parent;
        finding["canonicalName"] = (canonical with { Node = FindingNodes.ProjectOf(resource) is { Length: > 0 } project ? project : canonical.Node }).ToString();
        finding["createTime"] = now.ToString();
        if (finding.Text("eventTime") == "") finding["eventTime"] = now.ToString();
        if (finding.Text("state") is "" or "STATE_UNSPECIFIED") finding["state"] = "ACTIVE";
        Closing.Note(finding, now);
        finding.Remove("securityMarks");

        Muting.Begin(finding);
        rules.Mute(finding, resource, FindingNodes.Of(canonical, resource), isNew: true, now);
        return FindingRow.Of(canonical, finding, resource, content.Wire, Milliseconds);
    }

    /// <summary>Makes the row of a finding ahead, under the rules that were in force last.</summary>
    public PreparedFinding Prepare(NewFinding finding) =>
        _rules is { } rules && _sourceNodes.TryGetValue(finding.Name.SourceId, out var node)
            ? new(finding, Begin(finding.Name, node, finding.Content, rules), rules)
            : new(finding, null, null);

    /// <summary>The node that a finding's source belongs to; empty where each finding's name has its own.</summary>
    public async Task<string> SourceNodeAsync(DbTransaction transaction, FindingName name, CancellationToken cancel)
    {
        if (_sourceNodes.TryGetValue(name.SourceId, out var known)) return known;

        await using var command = transaction.Command("SELECT parent FROM sources WHERE source_id = @source", ("@source", name.SourceId));
        var node = await command.ExecuteScalarAsync(cancel) as string
            ?? throw new RefusedException(Refusal.NotFound, $"The source {name.Node}/sources/{name.SourceId} does not exist; create it first.");

        // A source is never deleted, nor is it moved.
        if (_sourceNodes.Count > MostSourcesKnown) _sourceNodes.Clear();
        return _sourceNodes[name.SourceId] = node;
    }

    /// <summary>Reads findings.</summary>
    /// <returns>For each name the finding; null where it is not kept.</returns>
    public static Task<KeptFinding?[]> FindAsync(DbTransaction transaction, IReadOnlyList<FindingName> names, CancellationToken cancel) => RepeatedStatement.RunAsync(
        transaction, FindText, [.. names.Select(name => (SqlValue[])[new("@source", name.SourceId), new("@finding", name.FindingId)])], FindingRow.Read, cancel);

    /// <summary>Inserts rows that are new, of different findings; a row whose finding exists already is left out.</summary>
    /// <returns>For each row its key; null where the finding exists.</returns>
    public async Task<long?[]> InsertAsync(DbTransaction transaction, IReadOnlyList<FindingRow> rows, CancellationToken cancel)
    {
        await AddAncestorsAsync(transaction, rows, cancel);
        if (database.Kind is DatabaseKind.Sqlite || rows.Count < 2)
        {
            return await RepeatedStatement.RunAsync<long?>(transaction, Insert, [.. rows.Select(row => row.Values)], row => row.Number(0), cancel);
        }

        var keys = (await ColumnArrays.RunAsync(transaction, InsertMany, [.. rows.Select(row => row.Values)], row => (Name: (row.Text(0), row.Text(1)), Key: row.Number(2)), cancel))
            .ToDictionary(row => row.Name, row => row.Key);
        return [.. rows.Select(row => keys.TryGetValue((row.Name.SourceId, row.Name.FindingId), out var key) ? key : (long?)null)];
    }

    /// <summary>Writes findings that are kept, each unless somebody changed it since it was read.</summary>
    /// <returns>For each whether it was written.</returns>
    public async Task<bool[]> UpdateAsync(DbTransaction transaction, IReadOnlyList<(FindingRow Row, KeptFinding Before)> changes, CancellationToken cancel)
    {
        await AddAncestorsAsync(transaction, [.. changes.Select(change => change.Row)], cancel);
        return await RepeatedStatement.RunAsync(transaction, Update, [.. changes.Select(change => (SqlValue[])
        [
            .. change.Row.Values.Where(value => value.Name is not ("@source_id" or "@finding_id" or "@create_time" or "@name" or "@parent")),
            new("@key", change.Before.Key), new("@version", change.Before.Version),
        ])], _ => true, cancel);
    }

    /// <summary>Makes the row of a finding that is kept and was changed; its identity stays, and the dynamic mutes follow the change.</summary>
    public FindingRow Row(FindingChange change, WriteRules rules)
    {
        var now = Timestamp.From(time.GetUtcNow());
        Closing.Note(change.Finding, now);
        rules.Mute(change.Finding, change.Resource, FindingNodes.Of(change.Before.Name, change.Resource), isNew: false, now);
        return FindingRow.Of(change.Before.Name, change.Finding, change.Resource, change.Wire, Milliseconds);
    }

    /// <summary>Puts into the outbox what is to be told of a finding.</summary>
    public async Task TellAsync(DbTransaction transaction, FindingRow row, long key, JsonObject finding, JsonObject resource, WriteRules rules, CancellationToken cancel)
    {
        foreach (var config in rules.Told(finding, resource, row.Nodes))
        {
            await transaction.ExecuteAsync("""
                INSERT INTO outbox (config, finding_key, created_at, attempts, due_at, claim, last_error, document, resource, wire)
                VALUES (@config, @finding_key, @now, 0, @now, '', '', json(@document), json(@resource), @wire)
                """, cancel,
                ("@config", config), ("@finding_key", key), ("@now", Milliseconds),
                ("@document", row.Content.Document), ("@resource", row.Content.Resource), ("@wire", row.Content.Wire));
        }
    }

    public static async Task<KeptFinding?> FindAsync(DbCommand command, CancellationToken cancel)
    {
        await using (command)
        {
            await using var row = await command.ExecuteReaderAsync(cancel);
            return await row.ReadAsync(cancel) ? FindingRow.Read(row) : null;
        }
    }

    public const string FindText = $"SELECT {FindingRow.Selected} FROM findings f WHERE f.source_id = @source AND f.finding_id = @finding";

    long Milliseconds => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Keeps which nodes stand above each scope.</summary>
    async Task AddAncestorsAsync(DbTransaction transaction, IReadOnlyList<FindingRow> rows, CancellationToken cancel)
    {
        if (_scopes.Count > MostScopesKnown) _scopes.Clear();

        // In one order, so that two servers do not wait for each other crosswise.
        foreach (var nodes in rows.Select(row => row.Nodes).DistinctBy(nodes => nodes.Scope).OrderBy(nodes => nodes.Scope, StringComparer.Ordinal))
        {
            if (_scopes.ContainsKey(nodes.Scope)) continue;

            foreach (var node in nodes.All)
            {
                await transaction.ExecuteAsync("INSERT INTO ancestors (scope, node) VALUES (@scope, @node) ON CONFLICT (node, scope) DO NOTHING", cancel,
                    ("@scope", nodes.Scope), ("@node", node));
            }
        }
    }

    /// <summary>Remembers, once it is durable, what need not be written again.</summary>
    public void Committed(IEnumerable<FindingNodes> all)
    {
        foreach (var nodes in all) _scopes[nodes.Scope] = true;
    }
}
