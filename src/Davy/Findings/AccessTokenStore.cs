using System.Collections.Concurrent;
using System.Data.Common;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>The access tokens of Davy's own; only their hashes are kept.</summary>
/// <param name="database">The database, migrated.</param>
/// <param name="time">The clock.</param>
public sealed class AccessTokenStore(Database database, TimeProvider time)
{
    const string Selected = "token_id, role, description, created_at, expires_at, last_used_at, revoked_at";

    // A token that is used a thousand times a second is not worth a thousand writes.
    static readonly TimeSpan UseNoted = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, DateTimeOffset> _noted = [];

    /// <summary>Keeps a new token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="hash">SHA-256 of its text, 64 lower-case hexadecimal characters.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    /// <exception cref="RefusedException">Its id or hash exists.</exception>
    public Task AddAsync(AccessToken token, string hash, CancellationToken cancel) => database.WriteAsync(async transaction =>
        await transaction.ExecuteAsync("""
            INSERT INTO tokens (token_id, hash, role, description, created_at, expires_at, last_used_at, revoked_at)
            VALUES (@id, @hash, @role, @description, @created, @expires, 0, 0)
            ON CONFLICT DO NOTHING
            """, cancel,
            ("@id", token.Id), ("@hash", hash), ("@role", token.Role), ("@description", token.Description), ("@created", Now),
            ("@expires", token.ExpiresAt?.ToUnixTimeMilliseconds() ?? 0)) == 1
            ? token
            : throw new RefusedException(Refusal.AlreadyExists, $"A token with the id '{token.Id}' exists already."), cancel);

    /// <summary>The token with a hash, expired and revoked ones too.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where there is none.</returns>
    public Task<AccessToken?> FindAsync(string hash, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"SELECT {Selected} FROM tokens WHERE hash = @hash", ("@hash", hash));
        return (await command.ToListAsync(Read, cancel)).FirstOrDefault();
    }, cancel);

    /// <summary>All tokens, by the time of their making.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The tokens, expired and revoked ones too.</returns>
    public Task<List<AccessToken>> ListAsync(CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"SELECT {Selected} FROM tokens ORDER BY created_at, token_id");
        return await command.ToListAsync(Read, cancel);
    }, cancel);

    /// <summary>Notes that a token was used; at most once a minute, though many use it at once.</summary>
    /// <param name="token">The token as it was found.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    public async Task UsedAsync(AccessToken token, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (token.LastUsedAt is { } last && now - last < UseNoted) return;

        // Of those who come together the first writes; another server may still have been before.
        var noted = _noted.GetOrAdd(token.Id, DateTimeOffset.MinValue);
        if (now - noted < UseNoted || !_noted.TryUpdate(token.Id, now, noted)) return;
        await database.WriteAsync(transaction => transaction.ExecuteAsync(
            "UPDATE tokens SET last_used_at = @now WHERE token_id = @id AND last_used_at <= @before", cancel,
            ("@now", now.ToUnixTimeMilliseconds()), ("@before", (now - UseNoted).ToUnixTimeMilliseconds()), ("@id", token.Id)), cancel);
    }

    /// <summary>Revokes a token.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>False where there is none that was not revoked.</returns>
    public Task<bool> RevokeAsync(string id, CancellationToken cancel) => database.WriteAsync(async transaction =>
        await transaction.ExecuteAsync("UPDATE tokens SET revoked_at = @now WHERE token_id = @id AND revoked_at = 0", cancel, ("@now", Now), ("@id", id)) == 1, cancel);

    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    static AccessToken Read(DbDataReader row) => new()
    {
        Id = row.Text(0),
        Role = row.Text(1),
        Description = row.Text(2),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Number(3)),
        ExpiresAt = Moment(row.Number(4)),
        LastUsedAt = Moment(row.Number(5)),
        RevokedAt = Moment(row.Number(6)),
    };

    static DateTimeOffset? Moment(long milliseconds) => milliseconds == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}

/// <summary>An access token, without its text, which is shown once and kept nowhere.</summary>
public sealed record AccessToken
{
    /// <summary>What it is called when it is listed or revoked.</summary>
    public required string Id { get; init; }

    /// <summary>What its bearer may do.</summary>
    public required string Role { get; init; }

    /// <summary>What it is for.</summary>
    public string Description { get; init; } = "";

    /// <summary>When it was made; the store sets it.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was used last, to the minute; null for never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>When it was revoked; null where it was not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Whether its time is over.</summary>
    /// <param name="now">The time.</param>
    /// <returns>True from its end on.</returns>
    public bool HasExpired(DateTimeOffset now) => ExpiresAt is { } end && now >= end;
}
