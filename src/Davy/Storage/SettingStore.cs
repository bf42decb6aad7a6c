namespace Davy.Storage;

/// <summary>Small things that all servers of one database share, such as the key that signs page tokens.</summary>
/// <param name="database">The database, migrated.</param>
public sealed class SettingStore(Database database)
{
    /// <summary>A setting; where there is none yet, it is made and kept. Of several servers that start at once, one makes it and all get that.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="make">Makes it.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The value.</returns>
    public Task<byte[]> GetOrAddAsync(string name, Func<byte[]> make, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        await transaction.ExecuteAsync("INSERT INTO settings (name, value) VALUES (@name, @value) ON CONFLICT (name) DO NOTHING", cancel, ("@name", name), ("@value", make()));
        await using var command = transaction.Command("SELECT value FROM settings WHERE name = @name", ("@name", name));
        return (byte[])(await command.ExecuteScalarAsync(cancel))!;
    }, cancel);

    /// <summary>A setting.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The value; null where there is none.</returns>
    public Task<byte[]?> FindAsync(string name, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command("SELECT value FROM settings WHERE name = @name", ("@name", name));
        return await command.ExecuteScalarAsync(cancel) as byte[];
    }, cancel);

    /// <summary>Sets a setting, whatever it was.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    public Task SetAsync(string name, byte[] value, CancellationToken cancel) => database.WriteAsync(transaction => transaction.ExecuteAsync(
        "INSERT INTO settings (name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value", cancel, ("@name", name), ("@value", value)), cancel);
}
