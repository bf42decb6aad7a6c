using System.Data.Common;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>Counts what was dropped to stay within a bound, so that a list which is not all never passes for all.</summary>
static class Dropped
{
    public static async Task CountAsync(DbTransaction transaction, string what, int count, CancellationToken cancel)
    {
        if (count == 0) return;
        await transaction.ExecuteAsync(
            "INSERT INTO dropped (what, count) VALUES (@what, @count) ON CONFLICT (what) DO UPDATE SET count = dropped.count + excluded.count", cancel,
            ("@what", what), ("@count", (long)count));
    }

    public static async Task<long> OfAsync(DbConnection connection, string what, CancellationToken cancel)
    {
        await using var command = connection.Command("SELECT count FROM dropped WHERE what = @what", ("@what", what));
        return await command.ExecuteScalarAsync(cancel) is long count ? count : 0;
    }
}
