using System.Data.Common;
using Davy.Logs;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>The mute configs. A change of a dynamic one acts on what is kept, too: <see cref="MuteSweep"/> sees to it.</summary>
/// <param name="database">The database, migrated.</param>
/// <param name="read">Reads filters; what it throws at a filter that cannot be read is passed on.</param>
/// <param name="time">The clock.</param>
public sealed class MuteConfigStore(Database database, ReadFilter read, TimeProvider time)
{
    /// <summary>What is read of a config, for <see cref="Read"/>.</summary>
    internal const string Selected = "name, parent, type, filter, description, most_recent_editor, create_time, update_time, expiry_time";

    /// <summary>Keeps a config that is new.</summary>
    /// <param name="config">The config; its times are set here.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The config as it is kept.</returns>
    /// <exception cref="RefusedException">Its name exists (<see cref="Refusal.AlreadyExists"/>), or a static config has an end.</exception>
    public Task<MuteConfig> CreateAsync(MuteConfig config, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        Check(config);
        var now = Timestamp.From(time.GetUtcNow());
        var kept = config with { CreateTime = now, UpdateTime = now };

        await database.LockAsync(transaction, DatabaseLock.Rules, alone: true, cancel);
        var added = await transaction.ExecuteAsync("""
            INSERT INTO mute_configs (name, parent, type, filter, description, most_recent_editor, create_time, update_time, expiry_time)
            VALUES (@name, @parent, @type, @filter, @description, @editor, @created, @updated, @expiry)
            ON CONFLICT (name) DO NOTHING
            """, cancel, Values(kept));
        if (added == 0) throw new RefusedException(Refusal.AlreadyExists, $"The mute config {config.Name} exists already.");

        await SweepAsync(transaction, kept, cancel);
        return kept;
    }, cancel);

    /// <summary>A config.</summary>
    /// <param name="name">Its canonical name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where there is none.</returns>
    public Task<MuteConfig?> FindAsync(string name, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"SELECT {Selected} FROM mute_configs WHERE name = @name", ("@name", name));
        return (await command.ToListAsync(Read, cancel)).FirstOrDefault();
    }, cancel);

    /// <summary>A page of the configs of a node, by name.</summary>
    /// <param name="parent">The node.</param>
    /// <param name="after">The name behind which the page begins; empty for the first page.</param>
    /// <param name="size">The most to answer.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The page.</returns>
    public Task<NamePage<MuteConfig>> ListAsync(string parent, string after, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command(
            $"SELECT {Selected} FROM mute_configs WHERE parent = @parent AND name > @after ORDER BY name LIMIT @most",
            ("@parent", parent), ("@after", after), ("@most", size + 1L));
        return NamePage<MuteConfig>.Of(await command.ToListAsync(Read, cancel), size, config => config.Name);
    }, cancel);

    /// <summary>Changes a config. Name, parent, type and the time of its making stay.</summary>
    /// <param name="name">Its canonical name.</param>
    /// <param name="change">From what is kept to what is to be kept.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The config as it is kept now.</returns>
    /// <exception cref="RefusedException">It does not exist, or a static config would have an end.</exception>
    public Task<MuteConfig> UpdateAsync(string name, Func<MuteConfig, MuteConfig> change, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        await database.LockAsync(transaction, DatabaseLock.Rules, alone: true, cancel);
        var before = await KeptAsync(transaction, name, cancel);
        var after = change(before) with
        {
            Name = before.Name,
            Parent = before.Parent,
            Type = before.Type,
            CreateTime = before.CreateTime,
            UpdateTime = Timestamp.From(time.GetUtcNow()),
        };
        Check(after);

        // All values are given, so that both databases know the type of each.
        await transaction.ExecuteAsync("""
            UPDATE mute_configs SET parent = @parent, type = @type, filter = @filter, description = @description, most_recent_editor = @editor,
                create_time = @created, update_time = @updated, expiry_time = @expiry
            WHERE name = @name
            """, cancel, Values(after));
        await SweepAsync(transaction, after, cancel);
        return after;
    }, cancel);

    /// <summary>Takes a config away. What a dynamic one muted is unmuted, unless something else mutes it.</summary>
    /// <param name="name">Its canonical name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    /// <exception cref="RefusedException">It does not exist.</exception>
    public Task DeleteAsync(string name, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        await database.LockAsync(transaction, DatabaseLock.Rules, alone: true, cancel);
        var config = await KeptAsync(transaction, name, cancel);
        await transaction.ExecuteAsync("DELETE FROM mute_configs WHERE name = @name", cancel, ("@name", name));
        await SweepAsync(transaction, config, cancel);
        return config;
    }, cancel);

    /// <summary>Reads the columns of <see cref="Selected"/>.</summary>
    internal static MuteConfig Read(DbDataReader row) => new()
    {
        Name = row.Text(0),
        Parent = row.Text(1),
        Type = row.Text(2) == "STATIC" ? MuteConfigType.Static : MuteConfigType.Dynamic,
        Filter = row.Text(3),
        Description = row.Text(4),
        MostRecentEditor = row.Text(5),
        CreateTime = Moments.FromNanos(row.Number(6)),
        UpdateTime = Moments.FromNanos(row.Number(7)),
        ExpiryTime = row.Number(8) is var end and not 0 ? Moments.FromNanos(end) : null,
    };

    static (string, object?)[] Values(MuteConfig config) =>
    [
        ("@name", config.Name), ("@parent", config.Parent), ("@type", config.Type is MuteConfigType.Static ? "STATIC" : "DYNAMIC"), ("@filter", config.Filter),
        ("@description", config.Description), ("@editor", config.MostRecentEditor), ("@created", Moments.ToNanos(config.CreateTime)),
        ("@updated", Moments.ToNanos(config.UpdateTime)), ("@expiry", config.ExpiryTime is { } end ? Moments.ToNanos(end) : 0L),
    ];

    static async Task<MuteConfig> KeptAsync(DbTransaction transaction, string name, CancellationToken cancel)
    {
        await using var command = transaction.Command($"SELECT {Selected} FROM mute_configs WHERE name = @name", ("@name", name));
        return (await command.ToListAsync(Read, cancel)).FirstOrDefault() ?? throw new RefusedException(Refusal.NotFound, $"The mute config {name} does not exist.");
    }

    static Task SweepAsync(DbTransaction transaction, MuteConfig config, CancellationToken cancel) =>
        config.Type is MuteConfigType.Dynamic ? transaction.ExecuteAsync("UPDATE mute_sweep SET wanted = wanted + 1 WHERE id = 1", cancel) : Task.CompletedTask;

    void Check(MuteConfig config)
    {
        read(config.Filter);
        if (config.Type is MuteConfigType.Static && config.ExpiryTime is not null)
        {
            throw new RefusedException(Refusal.InvalidArgument, "mute_config.expiry_time: only a dynamic config can have an end.");
        }
    }
}
