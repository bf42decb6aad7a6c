using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Davy.Storage;

namespace Davy.Benchmarks.Stores;

/// <summary>The same rows written to the same table by the bare driver: one prepared statement (SQLite) or one batch (PostgreSQL), no merging, no rules.</summary>
static class BareInserts
{
    const string Insert = """
        INSERT INTO findings (source_id, finding_id, version, changed_at, event_time, create_time, scope, name, parent, category, state, severity, mute, finding_class,
            resource_name, resource_type, project, project_display_name, kind, actor, marks, document, resource, wire)
        VALUES (@source_id, @finding_id, 1, 0, @time, @time, @scope, @name, @parent, @category, 'ACTIVE', @severity, 'UNDEFINED', 'THREAT',
            @resource_name, @type, @project, @display, 'service', @actor, '', json(@document), json(@resource), NULL)
        """;

    public static async Task RunAsync(Database database, int first, int count, int rowsInACommit, CancellationToken cancel)
    {
        for (var from = first; from < first + count; from += rowsInACommit)
        {
            var (begin, end) = (from, Math.Min(from + rowsInACommit, first + count));
            await database.WriteAsync(async transaction =>
            {
                await WriteAsync(transaction, begin, end, cancel);
                return end;
            }, cancel);
        }
    }

    static async Task WriteAsync(DbTransaction transaction, int from, int end, CancellationToken cancel)
    {
        if (transaction.Connection!.CanCreateBatch)
        {
            await using var batch = transaction.Connection.CreateBatch();
            batch.Transaction = transaction;
            for (var number = from; number < end; number++)
            {
                var one = batch.CreateBatchCommand();
                one.CommandText = Insert;
                foreach (var (name, value) in Values(number))
                {
                    var parameter = one.CreateParameter();
                    (parameter.ParameterName, parameter.Value) = (name, value);
                    one.Parameters.Add(parameter);
                }

                batch.BatchCommands.Add(one);
            }

            await batch.PrepareAsync(cancel);
            await batch.ExecuteNonQueryAsync(cancel);
            return;
        }

        await using var command = transaction.Command(Insert);
        foreach (var (name, value) in Values(from)) command.Add(name, value);
        for (var number = from; number < end; number++)
        {
            var place = 0;
            foreach (var (_, value) in Values(number)) command.Parameters[place++].Value = value;
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    static IEnumerable<(string Name, object Value)> Values(int number)
    {
        var finding = SomeFindings.New(number);
        using var document = JsonDocument.Parse(finding.Content.Document);
        var project = SomeFindings.Project(number).ToString(CultureInfo.InvariantCulture);
        var full = $"//cloudresourcemanager.googleapis.com/projects/{project}";

        // What the store adds to the document, so that the rows have its size.
        var whole = string.Concat(finding.Content.Document.AsSpan(0, finding.Content.Document.Length - 1),
            $$""","name":"{{finding.Name}}","parent":"{{finding.Name.Parent}}","canonicalName":"{{finding.Name}}","createTime":"2026-01-10T10:00:00Z","state":"ACTIVE","mute":"UNDEFINED"}""");
        return
        [
            ("@source_id", finding.Name.SourceId), ("@finding_id", finding.Name.FindingId), ("@time", SomeFindings.Nanos(number)), ("@scope", $"projects/{project} {project:x32}"),
            ("@name", finding.Name.ToString()), ("@parent", finding.Name.Parent), ("@category", Text(document, "category")), ("@severity", Text(document, "severity")),
            ("@resource_name", Text(document, "resourceName")), ("@type", "google.cloud.resourcemanager.Project"), ("@project", full), ("@display", $"project-{project}"),
            ("@actor", SomeFindings.Actor(number)), ("@document", whole), ("@resource", finding.Content.Resource),
        ];
    }

    static string Text(JsonDocument document, string name) => document.RootElement.GetProperty(name).GetString()!;
}
