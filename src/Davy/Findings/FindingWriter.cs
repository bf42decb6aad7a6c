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

    const string Insert = """
        INSERT INTO findings (source_id, finding_id, version, changed_at, event_time, create_time, scope, name, parent, category, state, severity, mute, finding_class,
            resource_name, resource_type, project, project_display_name, kind, actor, marks, document, resource, wire)
        VALUES (@source_id, @finding_id, 1, @changed_at, @event_time, @create_time, @scope, @name, @parent, @category, @state, @severity, @mute, @finding_class,
            @resource_name, @resource_type, @project, @project_display_name, @kind, @actor, @marks, json(@document), json(@resource), @wire)
        ON CONFLICT (source_id, finding_id) DO NOTHING
        RETURNING key
        """;

    const string Update = """
        UPDATE findings SET version = version + 1, changed_at = @changed_at, event_time = @event_time, scope = @scope, category = @category, state = @state,
            severity = @severity, mute = @mute, finding_class = @finding_class, resource_name = @resource_name, resource_type = @resource_type, project = @project,
            project_display_name = @project_display_name, kind = @kind, actor = @actor, marks = @marks, document = json(@document), resource = json(@resource), wire = @wire
        WHERE key = @key AND version = @version
        """;

    readonly FilterCache _filters = new(read);
    readonly ConcurrentDictionary<string, IReadOnlyList<string>> _ancestors = new(StringComparer.Ordinal);

    public FindingCondition ReadFilter(string text) => _filters.Read(text);

    public Task<WriteRules> RulesAsync(DbTransaction transaction, CancellationToken cancel) => WriteRules.LoadAsync(database, transaction, _filters, cancel);

    /// <summary>Completes a finding that is new: its name and times, ACTIVE, muted as the rules say.</summary>
    public FindingRow Begin(FindingName name, string sourceNode, FindingContent content, WriteRules rules)
    {
        var finding = FindingJsonText.Parse(content.Document, "finding");
        var resource = FindingJsonText.Parse(content.Resource, "resource");
        var now = Timestamp.From(time.GetUtcNow());

        var canonical = name with { Node = sourceNode != "" ? sourceNode : name.Node };
        finding["name"] = canonical.ToString();
        finding["parent"] = canonical.Parent;
        finding["canonicalName"] = (canonical with { Node = FindingNodes.ProjectOf(resource) is { Length: > 0 } project ? project : canonical.Node }).ToString();
        finding["createTime"] = now.ToString();
        if (finding.Text("eventTime") == "") finding["eventTime"] = now.ToString();
        if (finding.Text("state") is "" or "STATE_UNSPECIFIED") finding["state"] = "ACTIVE";
        finding.Remove("securityMarks");

        Muting.Begin(finding);
        rules.Mute(finding, resource, FindingNodes.Of(canonical, resource), isNew: true, now);
        return FindingRow.Of(canonical, finding, resource, content.Wire, Milliseconds);
    }

    /// <summary>Inserts rows that are new; a row whose finding exists already is left out.</summary>
    /// <returns>For each row its key; null where the finding exists.</returns>
    public async Task<long?[]> InsertAsync(DbTransaction transaction, IReadOnlyList<FindingRow> rows, CancellationToken cancel)
    {
        await AddAncestorsAsync(transaction, rows, cancel);

        var keys = new long?[rows.Count];
        if (rows.Count > 1 && transaction.Connection!.CanCreateBatch)
        {
            await using var batch = transaction.Connection.CreateBatch();
            batch.Transaction = transaction;
            foreach (var row in rows)
            {
                var one = batch.CreateBatchCommand();
                one.CommandText = Insert;
                foreach (var (name, value) in row.Values)
                {
                    var parameter = one.CreateParameter();
                    (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
                    one.Parameters.Add(parameter);
                }

                batch.BatchCommands.Add(one);
            }

            await using var answers = await batch.ExecuteReaderAsync(cancel);
            for (var place = 0; place < rows.Count; place++)
            {
                if (await answers.ReadAsync(cancel)) keys[place] = answers.GetInt64(0);
                await answers.NextResultAsync(cancel);
            }

            return keys;
        }

        await using var command = transaction.Command(Insert);
        command.Add(rows.Count > 0 ? rows[0].Values : []);
        for (var place = 0; place < rows.Count; place++)
        {
            for (var value = 0; value < rows[place].Values.Count; value++) command.Parameters[value].Value = rows[place].Values[value].Value ?? DBNull.Value;
            if (await command.ExecuteScalarAsync(cancel) is long key) keys[place] = key;
        }

        return keys;
    }

    /// <summary>Writes a finding that is kept, unless somebody changed it since it was read.</summary>
    /// <returns>False where somebody did.</returns>
    public async Task<bool> UpdateAsync(DbTransaction transaction, FindingRow row, long key, long version, CancellationToken cancel)
    {
        await AddAncestorsAsync(transaction, [row], cancel);

        await using var command = transaction.Command(Update, ("@key", key), ("@version", version));
        command.Add(row.Values.Where(value => value.Name is not ("@source_id" or "@finding_id" or "@create_time" or "@name" or "@parent")));
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    /// <summary>Makes the row of a finding that is kept and was changed; its identity stays, and the dynamic mutes follow the change.</summary>
    public FindingRow Row(KeptFinding before, JsonObject finding, JsonObject resource, byte[]? wire, WriteRules rules)
    {
        rules.Mute(finding, resource, FindingNodes.Of(before.Name, resource), isNew: false, Timestamp.From(time.GetUtcNow()));
        return FindingRow.Of(before.Name, finding, resource, wire, Milliseconds);
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
        if (_ancestors.Count > MostScopesKnown) _ancestors.Clear();

        // In one order, so that two servers do not wait for each other crosswise.
        foreach (var nodes in rows.Select(row => row.Nodes).DistinctBy(nodes => nodes.Scope + "\n" + string.Join('\n', nodes.All)).OrderBy(nodes => nodes.Scope, StringComparer.Ordinal))
        {
            if (_ancestors.TryGetValue(nodes.Scope, out var known) && nodes.All.All(known.Contains)) continue;

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
        foreach (var nodes in all) _ancestors[nodes.Scope] = nodes.All;
    }
}
