using Davy.Storage;

namespace Davy.Server.Hosting;

/// <summary>Brings the database to this program's form before anything is served.</summary>
/// <param name="database">The database.</param>
/// <param name="clock">The clock.</param>
sealed class DatabaseStart(Database database, TimeProvider clock) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Migrations.RunAsync(database, clock, cancellationToken);
        }
        catch (NewerDatabaseException fault)
        {
            throw new OptionException(fault.Message);
        }
        catch (System.Data.Common.DbException fault)
        {
            throw new OptionException($"The database cannot be used: {fault.Message}");
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
