using System.Data.Common;
using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using Davy.Logs;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>
/// The findings that are kept. Each call is one transaction, which keeps the finding, its mutes and what is to be told of it together; when it returns, all of it is
/// durable.
/// </summary>
public sealed class FindingStore : IAsyncDisposable
{
    const int MostAttempts = 20;
    const int MostInACommit = 100;

    // New findings share pages of the indexes and the wait for the disk: the more of them in a commit, the less each costs.
    const int MostMergedInACommit = 500;

    readonly Database _database;
    readonly FindingWriter _writer;
    readonly TimeProvider _time;
    readonly GroupCommit<PreparedFinding, MergedFinding> _ingest;
    readonly GroupCommit<Change, Changed> _changes;

    /// <summary>A store.</summary>
    /// <param name="database">The database, migrated.</param>
    /// <param name="read">Reads the filters of configs.</param>
    /// <param name="time">The clock.</param>
    public FindingStore(Database database, ReadFilter read, TimeProvider time)
    {
        (_database, _writer, _time) = (database, new(database, read, time), time);

        // PostgreSQL commits two at a time as fast as one; SQLite has one writer.
        var writers = database.Kind is DatabaseKind.PostgreSql ? 2 : 1;
        _ingest = new(MergeAllAsync, MostMergedInACommit, writers);
        _changes = new(ChangeAllAsync, MostInACommit, writers);
    }

    /// <summary>Whether the images of findings of scans are written down to be looked into in the background.</summary>
    public InspectionScope Inspect { get; init; }

    /// <summary>Keeps a finding that is new. It gets its canonical name and times and is ACTIVE, unless the document says INACTIVE; static mute configs act on it.</summary>
    /// <param name="name">Its name; where its source belongs to another node, the source's node counts.</param>
    /// <param name="content">Its content.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The finding as it is kept.</returns>
    /// <exception cref="RefusedException">
    /// The source does not exist (<see cref="Refusal.NotFound"/>), or the finding does (<see cref="Refusal.AlreadyExists"/>), or a text that an index holds has more than
    /// 1,500 bytes (<see cref="Refusal.InvalidArgument"/>).
    /// </exception>
    public async Task<KeptFinding> CreateAsync(FindingName name, FindingContent content, CancellationToken cancel) =>
        (await ChangeAsync(name, before => before is null ? content : throw new RefusedException(Refusal.AlreadyExists, $"The finding {name} exists already."), cancel))!;

    /// <summary>A finding.</summary>
    /// <param name="name">Its name, in any of the six forms; the node counts for nothing.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where it is not kept.</returns>
    public Task<KeptFinding?> FindAsync(FindingName name, CancellationToken cancel) =>
        _database.ReadAsync(connection => FindingWriter.FindAsync(
            connection.Command(FindingWriter.FindText, ("@source", name.SourceId), ("@finding", name.FindingId)), cancel), cancel);

    /// <summary>Changes a finding. Its name, <c>createTime</c> and <c>canonicalName</c> stay whatever the change says; dynamic mute configs follow the change.</summary>
    /// <param name="name">Its name, in any of the six forms; below an organisation that is not its own it is not kept.</param>
    /// <param name="change">From what is kept to what is to be kept; it may be called again where somebody else changed the finding meanwhile, and what it throws is passed on.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The finding as it is kept now.</returns>
    /// <exception cref="RefusedException">It is not kept (<see cref="Refusal.NotFound"/>), or changed too fast by others (<see cref="Refusal.Aborted"/>).</exception>
    public async Task<KeptFinding> UpdateAsync(FindingName name, Func<KeptFinding, FindingContent> change, CancellationToken cancel) =>
        (await ChangeAsync(name, before => before is null ? throw NotFound(name) : change(before), cancel))!;

    /// <summary>Changes a finding, or keeps a new one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="change">From what is kept, or null, to what is to be kept; it may be called again.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The finding as it is kept now.</returns>
    /// <exception cref="RefusedException">The source does not exist, or others change the finding too fast.</exception>
    public async Task<KeptFinding> UpsertAsync(FindingName name, Func<KeptFinding?, FindingContent> change, CancellationToken cancel) =>
        (await ChangeAsync(name, change, cancel))!;

    /// <summary>Closes or reopens a finding.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="state"><c>ACTIVE</c> or <c>INACTIVE</c>.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The finding as it is kept now.</returns>
    /// <exception cref="RefusedException">It is not kept, or the state is none.</exception>
    public Task<KeptFinding> SetStateAsync(FindingName name, string state, CancellationToken cancel)
    {
        if (state is not ("ACTIVE" or "INACTIVE")) throw new RefusedException(Refusal.InvalidArgument, "state: it must be ACTIVE or INACTIVE.");
        return EditAsync(name, finding => finding["state"] = state, cancel);
    }

    /// <summary>Mutes or unmutes a finding statically, which stands over the dynamic configs; UNDEFINED takes that away.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mute"><c>MUTED</c>, <c>UNMUTED</c> or <c>UNDEFINED</c>.</param>
    /// <param name="initiator">Who does it.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The finding as it is kept now.</returns>
    /// <exception cref="RefusedException">It is not kept, or the mute is none.</exception>
    public Task<KeptFinding> SetMuteAsync(FindingName name, string mute, string initiator, CancellationToken cancel)
    {
        if (mute is not (Muting.Muted or Muting.Unmuted or Muting.Undefined)) throw new RefusedException(Refusal.InvalidArgument, "mute: it must be MUTED, UNMUTED or UNDEFINED.");
        return EditAsync(name, finding => Muting.SetStatic(finding, mute, initiator, Timestamp.From(_time.GetUtcNow())), cancel);
    }

    /// <summary>Changes the security marks.</summary>
    /// <param name="name">The finding's name.</param>
    /// <param name="changes">Key to new value; null takes the mark away. Keys count without regard to case.</param>
    /// <param name="replaceAll">Whether the marks that are not named are taken away.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The finding as it is kept now.</returns>
    /// <exception cref="RefusedException">It is not kept, or a key or value is not allowed.</exception>
    public Task<KeptFinding> SetMarksAsync(FindingName name, IReadOnlyDictionary<string, string?> changes, bool replaceAll, CancellationToken cancel) =>
        ChangeKeptAsync(name, (before, finding) => SecurityMarks.Change(finding, before.Name, changes, replaceAll), cancel);

    /// <summary>Changes what an external system, such as one for tickets, says of a finding.</summary>
    /// <param name="name">The finding's name.</param>
    /// <param name="system">The system's id: a key of <c>externalSystems</c>.</param>
    /// <param name="change">From the finding's own name and the document of v2's <c>ExternalSystem</c> as it is kept, or null, to the one to keep.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The finding as it is kept now.</returns>
    /// <exception cref="RefusedException">It is not kept, or the document is not JSON.</exception>
    public Task<KeptFinding> SetExternalSystemAsync(FindingName name, string system, Func<FindingName, string?, string> change, CancellationToken cancel) =>
        ChangeKeptAsync(name, (before, finding) =>
        {
            if (finding["externalSystems"] is not JsonObject systems) finding["externalSystems"] = systems = [];
            systems[system] = FindingJsonText.Parse(change(before.Name, systems[system] is { } known ? FindingJsonText.Write(known) : null), "external system");
        }, cancel);

    /// <summary>
    /// Keeps a finding of a scan or of the watch: new, or joined with what is kept. It never touches state, mute and marks. Many callers share one commit. Category, resource name,
    /// project, resource kind and principal are cut after 1,500 bytes.
    /// </summary>
    /// <param name="finding">The finding.</param>
    /// <param name="cancel">Gives up waiting; what has begun may still be kept.</param>
    /// <returns>The finding as it is kept now, and what was done, once it is durable.</returns>
    /// <exception cref="RefusedException">Its source does not exist, or a document is not JSON.</exception>
    public async Task<MergedFinding> MergeAsync(NewFinding finding, CancellationToken cancel) => await _ingest.AddAsync(_writer.Prepare(finding), cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ingest.DisposeAsync();
        await _changes.DisposeAsync();
    }

    internal static RefusedException NotFound(FindingName name) => new(Refusal.NotFound, $"The finding {name} is not kept here.");

    Task<KeptFinding> EditAsync(FindingName name, Action<JsonObject> edit, CancellationToken cancel) => ChangeKeptAsync(name, (_, finding) => edit(finding), cancel);

    Task<KeptFinding> ChangeKeptAsync(FindingName name, Action<KeptFinding, JsonObject> edit, CancellationToken cancel) => UpdateAsync(name, before =>
    {
        var finding = FindingJsonText.Parse(before.Content.Document, "finding");
        edit(before, finding);
        return before.Content with { Document = FindingJsonText.Write(finding) };
    }, cancel);

    async Task<KeptFinding> ChangeAsync(FindingName name, Func<KeptFinding?, FindingContent> change, CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            var (kept, refusal) = await _changes.AddAsync(new(name, change), cancel);
            refusal?.Throw();
            if (kept is not null) return kept;
        }

        throw new RefusedException(Refusal.Aborted, $"The finding {name} is being changed by others all the time; try again.");
    }

    async Task<IReadOnlyList<Changed>> ChangeAllAsync(IReadOnlyList<Change> changes, CancellationToken cancel)
    {
        var (changed, nodes) = await _database.WriteAsync(async transaction =>
        {
            FindingBatch batch = new(_writer, transaction, await _writer.RulesAsync(transaction, cancel));
            var changed = new Changed[changes.Count];

            // In one order of names, so that two servers do not wait for each other crosswise; those of one name stay in theirs.
            foreach (var place in Enumerable.Range(0, changes.Count)
                .OrderBy(place => changes[place].Name.SourceId, StringComparer.Ordinal).ThenBy(place => changes[place].Name.FindingId, StringComparer.Ordinal).ThenBy(place => place))
            {
                changed[place] = await TryAsync(batch, changes[place], cancel);
            }

            return (changed, batch.Nodes);
        }, cancel);

        _writer.Committed(nodes);
        return changed;
    }

    /// <summary>Makes one change. Where it is refused, which is before anything of it is written, the others of the transaction go on.</summary>
    static async Task<Changed> TryAsync(FindingBatch batch, Change change, CancellationToken cancel)
    {
        Exception? thrown = null;
        try
        {
            return new(await batch.ChangeAsync(change.Name, To, cancel), null);
        }
        catch (Exception fault) when (fault is RefusedException || ReferenceEquals(fault, thrown))
        {
            return new(null, ExceptionDispatchInfo.Capture(fault));
        }

        FindingContent To(KeptFinding? before)
        {
            try
            {
                return change.To(before?.MayBeBelow(change.Name.Node) == false ? throw NotFound(change.Name) : before);
            }
            catch (Exception fault)
            {
                thrown = fault;
                throw;
            }
        }
    }

    /// <summary>Writes findings, and what belongs to them, in one transaction.</summary>
    /// <param name="write">Writes; it may be called again, and must do nothing but work on the transaction.</param>
    /// <param name="cancel">Stops it, before the commit.</param>
    internal async Task<T> WriteAsync<T>(Func<DbTransaction, FindingBatch, Task<T>> write, CancellationToken cancel)
    {
        var (told, nodes) = await _database.WriteAsync(async transaction =>
        {
            FindingBatch batch = new(_writer, transaction, await _writer.RulesAsync(transaction, cancel));
            return (await write(transaction, batch), batch.Nodes);
        }, cancel);

        _writer.Committed(nodes);
        return told;
    }

    Task<IReadOnlyList<MergedFinding>> MergeAllAsync(IReadOnlyList<PreparedFinding> findings, CancellationToken cancel) =>
        WriteAsync(async (transaction, batch) =>
        {
            if (Inspect is not InspectionScope.Off) await ImageUse.AddAsync(transaction, findings.SelectMany(finding => ImageUse.Of(finding.Finding)), _time.GetUtcNow(), cancel);
            return await batch.MergeAsync(findings, cancel);
        }, cancel);

    sealed record Change(FindingName Name, Func<KeptFinding?, FindingContent> To);

    /// <summary>What came of a change: the finding, or why it is refused; neither where another transaction came first.</summary>
    sealed record Changed(KeptFinding? Kept, ExceptionDispatchInfo? Refusal);
}
