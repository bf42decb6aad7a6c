using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Davy.Logs;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>
/// Mutes many findings at once, as an operation that is kept: it goes through the findings that were there when it was asked for, in steps, each one transaction together
/// with the note how far it has come; so it goes on after a restart, and no finding is muted twice.
/// </summary>
public sealed class BulkMute
{
    const int FindingsInAStep = 500;

    readonly Database _database;
    readonly FindingWriter _writer;
    readonly TimeProvider _time;

    /// <summary>Bulk mutes.</summary>
    /// <param name="database">The database, migrated.</param>
    /// <param name="read">Reads filters; what it throws at a filter that cannot be read is passed on when it is asked for.</param>
    /// <param name="time">The clock.</param>
    public BulkMute(Database database, ReadFilter read, TimeProvider time) => (_database, _writer, _time) = (database, new(database, read, time), time);

    /// <summary>Asks for it.</summary>
    /// <param name="node">The node below which findings are muted: <c>organizations/1</c>.</param>
    /// <param name="filter">Which findings.</param>
    /// <param name="mute"><c>MUTED</c>, or <c>UNDEFINED</c> to take the static state away.</param>
    /// <param name="requestedBy">Who asks; it becomes the findings' <c>muteInitiator</c>.</param>
    /// <param name="cancel">Stops the asking.</param>
    /// <returns>The operation; <see cref="StepAsync"/> carries it out.</returns>
    /// <exception cref="RefusedException">The mute is none of these.</exception>
    public Task<Operation> StartAsync(string node, string filter, string mute, string requestedBy, CancellationToken cancel) => _database.WriteAsync(async transaction =>
    {
        if (mute is not (Muting.Muted or Muting.Undefined)) throw new RefusedException(Refusal.InvalidArgument, "mute_state: it must be MUTED or UNDEFINED.");
        _writer.ReadFilter(filter);

        var now = Timestamp.From(_time.GetUtcNow());
        Operation operation = new()
        {
            Name = $"{node}/operations/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}",
            Kind = OperationKind.BulkMute,
            Parent = node,
            Request = FindingJsonText.Write(new JsonObject { ["filter"] = filter, ["muteState"] = mute }),
            RequestedBy = requestedBy,
            CreateTime = now,
            UpdateTime = now,
        };

        await using var last = transaction.Command("SELECT coalesce(max(key), 0) FROM findings");
        await OperationStore.AddAsync(transaction, operation, Convert.ToInt64(await last.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture), cancel);
        return operation;
    }, cancel);

    /// <summary>Goes one step with the eldest operation that has not ended. To be called again at once while it answers true.</summary>
    /// <param name="cancel">Stops it; the step is then undone.</param>
    /// <returns>Whether there was anything to do.</returns>
    public Task<bool> StepAsync(CancellationToken cancel) => _database.WriteAsync(async transaction =>
    {
        var rules = await _writer.RulesAsync(transaction, cancel);
        if (await OperationStore.NextAsync(transaction, OperationKind.BulkMute, cancel) is not var (operation, reached, lastKey)) return false;

        var request = FindingJsonText.Parse(operation.Request, "request");
        var query = new FindingQuery { Node = operation.Parent, Filter = _writer.ReadFilter(request.Text("filter")).Sql };
        SqlParameters values = new("q");
        var where = await FindingLists.WhereAsync(transaction.Connection!, query, values, cancel);

        await using var command = transaction.Command(
            $"SELECT {FindingRow.Selected} FROM findings f WHERE {where} AND f.key > {values.Add(reached)} AND f.key <= {values.Add(lastKey)} ORDER BY f.key LIMIT {values.Add((long)FindingsInAStep)}");
        command.Add(query.Filter.Values.Concat(values.Values));
        var findings = await command.ToListAsync(FindingRow.Read, cancel);

        var now = Timestamp.From(_time.GetUtcNow());
        var affected = await new FindingBatch(_writer, transaction, rules).EditAsync(
            findings, (_, document) => Muting.SetStatic(document, request.Text("muteState"), operation.RequestedBy, now), cancel);

        var done = findings.Count < FindingsInAStep;
        await OperationStore.WriteAsync(transaction, operation with { Done = done, Affected = operation.Affected + affected, UpdateTime = now }, done ? lastKey : findings[^1].Key, cancel);
        return true;
    }, cancel);
}
