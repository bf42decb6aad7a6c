using Davy.Findings;
using Davy.Storage;

namespace Davy.Benchmarks.Stores;

/// <summary>The questions that the bare database can be asked, by the statement that one would write by hand; the rows are read and nothing is made of them.</summary>
static class BareReads
{
    public static Task<int> ListAsync(Database database, bool isFiltered, int size, CancellationToken cancel) => CountAsync(database, $"""
        SELECT name, document, resource FROM findings
        WHERE {(isFiltered ? "state = 'ACTIVE' AND severity = 'HIGH' AND category = 'Execution: Cryptomining Docker Image'" : "1 = 1")}
        ORDER BY event_time DESC, key DESC LIMIT @size
        """, cancel, ("@size", (long)size));

    public static Task<int> GetAsync(Database database, FindingName name, CancellationToken cancel) => CountAsync(
        database, "SELECT name, document, resource FROM findings WHERE source_id = @source AND finding_id = @finding", cancel, ("@source", name.SourceId), ("@finding", name.FindingId));

    public static Task<int> GroupAsync(Database database, CancellationToken cancel) =>
        CountAsync(database, "SELECT category, CAST(count(*) AS text), '' FROM findings GROUP BY category", cancel);

    public static Task<int> SetMuteAsync(Database database, FindingName name, CancellationToken cancel) => database.WriteAsync(
        transaction => transaction.ExecuteAsync("UPDATE findings SET mute = 'MUTED' WHERE source_id = @source AND finding_id = @finding", cancel, ("@source", name.SourceId), ("@finding", name.FindingId)), cancel);

    static Task<int> CountAsync(Database database, string text, CancellationToken cancel, params (string Name, object? Value)[] values) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command(text, values);
        return (await command.ToListAsync(row => row.Text(0).Length + row.Text(1).Length + row.Text(2).Length, cancel)).Count;
    }, cancel);
}
