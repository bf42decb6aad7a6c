namespace Davy.Storage;

/// <summary>Small things that all servers of one database share.</summary>
/// <param name="database">The database, migrated.</param>
public sealed class SharedSettings(Database database)
{
    /// <summary>A setting; made, where there is none yet. Of several servers that make it at once, all get the same.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="make">Makes its value.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The value.</returns>
    /// <exception cref="System.Data.Common.DbException">The database failed.</exception>
    public Task<byte[]> GetOrAddAsync(string name, Func<byte[]> make, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        await transaction.ExecuteAsync("INSERT INTO settings (name, value) VALUES (@name, @value) ON CONFLICT (name) DO NOTHING", cancel, ("@name", name), ("@value", make()));
        await using var command = transaction.Command("SELECT value FROM settings WHERE name = @name", ("@name", name));
        return (await command.ToListAsync(row => row.Bytes(0), cancel)).Single();
    }, cancel);
}
