using System.Data.Common;
using System.Security.Cryptography;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>The sources that findings come from, and their IAM policies.</summary>
/// <param name="database">The database, migrated.</param>
/// <param name="time">The clock.</param>
public sealed class SourceStore(Database database, TimeProvider time)
{
    const string Selected = "source_id, parent, display_name, description";

    /// <summary>Keeps a source that is new.</summary>
    /// <param name="source">The source.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    /// <exception cref="RefusedException">Its id, or its display name below its parent, exists (<see cref="Refusal.AlreadyExists"/>).</exception>
    public Task CreateAsync(Source source, CancellationToken cancel) => database.WriteAsync(async transaction =>
        await AddAsync(transaction, source, cancel)
            ? source
            : throw new RefusedException(Refusal.AlreadyExists, $"A source with the id '{source.SourceId}', or with the display name '{source.DisplayName}' below {source.Parent}, exists already."), cancel);

    /// <summary>Sees to it that a source is there, such as Davy's own; one that is there stays as it is.</summary>
    /// <param name="source">The source.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Whether it was made.</returns>
    public Task<bool> EnsureAsync(Source source, CancellationToken cancel) => database.WriteAsync(transaction => AddAsync(transaction, source, cancel), cancel);

    /// <summary>A source.</summary>
    /// <param name="sourceId">Its id.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where there is none.</returns>
    public Task<Source?> FindAsync(string sourceId, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"SELECT {Selected} FROM sources WHERE source_id = @id", ("@id", sourceId));
        return (await command.ToListAsync(Read, cancel)).FirstOrDefault();
    }, cancel);

    /// <summary>A page of the sources of a node, by id. A source without a parent is below every node.</summary>
    /// <param name="parent">The node; empty for all.</param>
    /// <param name="after">The id behind which the page begins; empty for the first page.</param>
    /// <param name="size">The most to answer.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The page.</returns>
    public Task<NamePage<Source>> ListAsync(string parent, string after, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command(
            $"SELECT {Selected} FROM sources WHERE (@parent = '' OR parent = @parent OR parent = '') AND source_id > @after ORDER BY source_id LIMIT @most",
            ("@parent", parent), ("@after", after), ("@most", size + 1L));
        return NamePage<Source>.Of(await command.ToListAsync(Read, cancel), size, source => source.SourceId);
    }, cancel);

    /// <summary>Changes a source's display name and description.</summary>
    /// <param name="sourceId">Its id.</param>
    /// <param name="change">From what is kept to what is to be kept; id and parent stay.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The source as it is kept now.</returns>
    /// <exception cref="RefusedException">It does not exist, or the display name is another's.</exception>
    public Task<Source> UpdateAsync(string sourceId, Func<Source, Source> change, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        await using var find = transaction.Command($"SELECT {Selected} FROM sources WHERE source_id = @id", ("@id", sourceId));
        var before = (await find.ToListAsync(Read, cancel)).FirstOrDefault() ?? throw NotFound(sourceId);
        var after = change(before) with { SourceId = before.SourceId, Parent = before.Parent };

        await using var others = transaction.Command("SELECT count(*) FROM sources WHERE parent = @parent AND display_name = @name AND source_id <> @id",
            ("@parent", after.Parent), ("@name", after.DisplayName), ("@id", sourceId));
        if (await others.ExecuteScalarAsync(cancel) is long and > 0) throw new RefusedException(Refusal.AlreadyExists, $"source.display_name: '{after.DisplayName}' is another source's.");

        await transaction.ExecuteAsync("UPDATE sources SET display_name = @name, description = @description WHERE source_id = @id", cancel,
            ("@name", after.DisplayName), ("@description", after.Description), ("@id", sourceId));
        return after;
    }, cancel);

    /// <summary>A source's policy.</summary>
    /// <param name="sourceId">The source's id.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="RefusedException">The source does not exist.</exception>
    public Task<SourcePolicy> PolicyAsync(string sourceId, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command("SELECT policy, policy_etag FROM sources WHERE source_id = @id", ("@id", sourceId));
        return (await command.ToListAsync(row => new SourcePolicy(row.Text(0), row.Text(1)), cancel)).FirstOrDefault() ?? throw NotFound(sourceId);
    }, cancel);

    /// <summary>Sets a source's policy.</summary>
    /// <param name="sourceId">The source's id.</param>
    /// <param name="document">The policy, without its etag.</param>
    /// <param name="etag">The etag of the policy that it was made from; empty to set it whatever it was.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The policy with its new etag.</returns>
    /// <exception cref="RefusedException">The source does not exist, or the policy was changed meanwhile (<see cref="Refusal.Aborted"/>).</exception>
    public Task<SourcePolicy> SetPolicyAsync(string sourceId, string document, string etag, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        SourcePolicy policy = new(document, Convert.ToBase64String(RandomNumberGenerator.GetBytes(9)));
        var changed = await transaction.ExecuteAsync(
            "UPDATE sources SET policy = @policy, policy_etag = @new WHERE source_id = @id AND (@etag = '' OR policy_etag = @etag)", cancel,
            ("@policy", policy.Document), ("@new", policy.Etag), ("@id", sourceId), ("@etag", etag));
        if (changed == 1) return policy;

        await using var exists = transaction.Command("SELECT count(*) FROM sources WHERE source_id = @id", ("@id", sourceId));
        throw await exists.ExecuteScalarAsync(cancel) is 0L
            ? NotFound(sourceId)
            : new RefusedException(Refusal.Aborted, "policy.etag: the policy was changed meanwhile; read it again, change that, and set it with its etag.");
    }, cancel);

    async Task<bool> AddAsync(DbTransaction transaction, Source source, CancellationToken cancel) => await transaction.ExecuteAsync("""
        INSERT INTO sources (source_id, parent, display_name, description, policy, policy_etag, created_at)
        VALUES (@id, @parent, @name, @description, '', @etag, @now)
        ON CONFLICT DO NOTHING
        """, cancel,
        ("@id", source.SourceId), ("@parent", source.Parent), ("@name", source.DisplayName), ("@description", source.Description),
        ("@etag", Convert.ToBase64String(RandomNumberGenerator.GetBytes(9))), ("@now", time.GetUtcNow().ToUnixTimeMilliseconds())) == 1;

    static Source Read(DbDataReader row) => new() { SourceId = row.Text(0), Parent = row.Text(1), DisplayName = row.Text(2), Description = row.Text(3) };

    static RefusedException NotFound(string sourceId) => new(Refusal.NotFound, $"The source '{sourceId}' does not exist.");
}
