using System.Data.Common;
using Davy.Storage;

namespace Davy.Server.Hosting;

/// <summary>Brings the database to this program's form, before anything else is started.</summary>
static class DatabaseStart
{
    /// <summary>Opens and migrates the database.</summary>
    /// <param name="options">The options that name it.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The database; whoever starts it disposes of it.</returns>
    /// <exception cref="OptionException">It cannot be used, or a later program wrote it.</exception>
    public static async Task<Database> OpenAsync(ServerOptions options, TimeProvider clock, CancellationToken cancel)
    {
        var database = DatabaseConnection.Open(options);
        try
        {
            await Migrations.RunAsync(database, clock, cancel);
            return database;
        }
        catch (Exception fault) when (fault is NewerDatabaseException or DbException or System.Data.DataException or System.Net.Sockets.SocketException)
        {
            await database.DisposeAsync();
            throw new OptionException(fault is NewerDatabaseException ? fault.Message : $"The database cannot be used: {fault.Message}");
        }
    }
}
