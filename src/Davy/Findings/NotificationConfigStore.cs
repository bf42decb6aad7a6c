using System.Data.Common;
using Davy.Logs;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>The notification configs.</summary>
/// <param name="database">The database, migrated.</param>
/// <param name="read">Reads filters; what it throws at a filter that cannot be read is passed on.</param>
/// <param name="time">The clock.</param>
public sealed class NotificationConfigStore(Database database, ReadFilter read, TimeProvider time)
{
    /// <summary>What is read of a config, for <see cref="Read"/>.</summary>
    internal const string Selected = "name, parent, filter, description, pubsub_topic, service_account, target, update_time";

    /// <summary>Keeps a config that is new; from then on it is told of findings.</summary>
    /// <param name="config">The config; its time is set here.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The config as it is kept.</returns>
    /// <exception cref="RefusedException">Its name exists (<see cref="Refusal.AlreadyExists"/>).</exception>
    public Task<NotificationConfig> CreateAsync(NotificationConfig config, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        read(config.Filter);
        var kept = config with { UpdateTime = Timestamp.From(time.GetUtcNow()) };

        await database.LockAsync(transaction, DatabaseLock.Rules, alone: true, cancel);
        var added = await transaction.ExecuteAsync("""
            INSERT INTO notification_configs (name, parent, filter, description, pubsub_topic, service_account, target, update_time)
            VALUES (@name, @parent, @filter, @description, @topic, @account, @target, @updated)
            ON CONFLICT (name) DO NOTHING
            """, cancel, Values(kept));
        return added == 1 ? kept : throw new RefusedException(Refusal.AlreadyExists, $"The notification config {config.Name} exists already.");
    }, cancel);

    /// <summary>A config.</summary>
    /// <param name="name">Its canonical name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where there is none.</returns>
    public Task<NotificationConfig?> FindAsync(string name, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"SELECT {Selected} FROM notification_configs WHERE name = @name", ("@name", name));
        return (await command.ToListAsync(Read, cancel)).FirstOrDefault();
    }, cancel);

    /// <summary>A page of configs, by name.</summary>
    /// <param name="parent">The node; empty for all.</param>
    /// <param name="after">The name behind which the page begins; empty for the first page.</param>
    /// <param name="size">The most to answer.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The page.</returns>
    public Task<NamePage<NotificationConfig>> ListAsync(string parent, string after, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command(
            $"SELECT {Selected} FROM notification_configs WHERE (@parent = '' OR parent = @parent) AND name > @after ORDER BY name LIMIT @most",
            ("@parent", parent), ("@after", after), ("@most", size + 1L));
        return NamePage<NotificationConfig>.Of(await command.ToListAsync(Read, cancel), size, config => config.Name);
    }, cancel);

    /// <summary>Changes a config. Name and parent stay.</summary>
    /// <param name="name">Its canonical name.</param>
    /// <param name="change">From what is kept to what is to be kept.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The config as it is kept now.</returns>
    /// <exception cref="RefusedException">It does not exist.</exception>
    public Task<NotificationConfig> UpdateAsync(string name, Func<NotificationConfig, NotificationConfig> change, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        await database.LockAsync(transaction, DatabaseLock.Rules, alone: true, cancel);
        await using var find = transaction.Command($"SELECT {Selected} FROM notification_configs WHERE name = @name", ("@name", name));
        var before = (await find.ToListAsync(Read, cancel)).FirstOrDefault() ?? throw NotFound(name);
        var after = change(before) with { Name = before.Name, Parent = before.Parent, UpdateTime = Timestamp.From(time.GetUtcNow()) };
        read(after.Filter);

        await transaction.ExecuteAsync("""
            UPDATE notification_configs SET parent = @parent, filter = @filter, description = @description, pubsub_topic = @topic, service_account = @account,
                target = @target, update_time = @updated
            WHERE name = @name
            """, cancel, Values(after));
        return after;
    }, cancel);

    /// <summary>
    /// Makes the declared configs (<see cref="NotificationConfig.Target"/> is not empty) those of a list: adds and changes what is in it, and takes away what is not, with what it
    /// was still to be told. Configs of the API stay as they are.
    /// </summary>
    /// <param name="declared">The list.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    /// <exception cref="RefusedException">The API made one of the same name (<see cref="Refusal.AlreadyExists"/>).</exception>
    public Task DeclareAsync(IReadOnlyList<NotificationConfig> declared, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        await database.LockAsync(transaction, DatabaseLock.Rules, alone: true, cancel);
        await using var find = transaction.Command($"SELECT {Selected} FROM notification_configs");
        var kept = await find.ToListAsync(Read, cancel);
        foreach (var gone in kept.Where(config => config.Target.Length > 0 && declared.All(other => other.Name != config.Name)))
        {
            await transaction.ExecuteAsync("DELETE FROM outbox WHERE config = @name", cancel, ("@name", gone.Name));
            await transaction.ExecuteAsync("DELETE FROM notification_configs WHERE name = @name", cancel, ("@name", gone.Name));
        }

        foreach (var config in declared)
        {
            read(config.Filter);
            var before = kept.FirstOrDefault(other => other.Name == config.Name);
            if (before is { Target: "" }) throw new RefusedException(Refusal.AlreadyExists, $"The notification config {config.Name} was made over the API; give the target another name.");
            if (before is not null && before with { UpdateTime = config.UpdateTime } == config) continue;

            await transaction.ExecuteAsync("""
                INSERT INTO notification_configs (name, parent, filter, description, pubsub_topic, service_account, target, update_time)
                VALUES (@name, @parent, @filter, @description, @topic, @account, @target, @updated)
                ON CONFLICT (name) DO UPDATE SET parent = excluded.parent, filter = excluded.filter, description = excluded.description, target = excluded.target, update_time = excluded.update_time
                """, cancel, Values(config with { UpdateTime = Timestamp.From(time.GetUtcNow()) }));
        }

        return declared.Count;
    }, cancel);

    /// <summary>Takes a config away, with what it was still to be told.</summary>
    /// <param name="name">Its canonical name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    /// <exception cref="RefusedException">It does not exist.</exception>
    public Task DeleteAsync(string name, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        await database.LockAsync(transaction, DatabaseLock.Rules, alone: true, cancel);
        await transaction.ExecuteAsync("DELETE FROM outbox WHERE config = @name", cancel, ("@name", name));
        return await transaction.ExecuteAsync("DELETE FROM notification_configs WHERE name = @name", cancel, ("@name", name)) == 1 ? name : throw NotFound(name);
    }, cancel);

    /// <summary>Reads the columns of <see cref="Selected"/>.</summary>
    internal static NotificationConfig Read(DbDataReader row) => new()
    {
        Name = row.Text(0),
        Parent = row.Text(1),
        Filter = row.Text(2),
        Description = row.Text(3),
        PubsubTopic = row.Text(4),
        ServiceAccount = row.Text(5),
        Target = row.Text(6),
        UpdateTime = Moments.FromNanos(row.Number(7)),
    };

    static (string, object?)[] Values(NotificationConfig config) =>
    [
        ("@name", config.Name), ("@parent", config.Parent), ("@filter", config.Filter), ("@description", config.Description), ("@topic", config.PubsubTopic),
        ("@account", config.ServiceAccount), ("@target", config.Target), ("@updated", Moments.ToNanos(config.UpdateTime)),
    ];

    static RefusedException NotFound(string name) => new(Refusal.NotFound, $"The notification config {name} does not exist.");
}
