using System.Data.Common;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>The doubts that are kept: each once, with a count, and no more than a bound; the ones not seen for longest make room.</summary>
/// <param name="database">The database, migrated.</param>
/// <param name="time">The clock.</param>
/// <param name="most">How many are kept.</param>
public sealed class DoubtStore(Database database, TimeProvider time, int most = 10_000)
{
    const string What = "doubts";

    /// <summary>Keeps doubts; one that is known is counted again.</summary>
    /// <param name="doubts">The doubts.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    public Task AddAsync(IReadOnlyCollection<Doubt> doubts, CancellationToken cancel) => database.WriteAsync(transaction => AddAsync(transaction, doubts, isRepeatable: false, cancel), cancel);

    /// <summary>Keeps doubts of a scan; one that was kept first from the same place is not counted again, for the scan was made or sent again.</summary>
    /// <param name="doubts">The doubts.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    public Task AddOnceAsync(IReadOnlyCollection<Doubt> doubts, CancellationToken cancel) => database.WriteAsync(transaction => AddAsync(transaction, doubts, isRepeatable: true, cancel), cancel);

    /// <summary>The same, in a transaction that keeps more.</summary>
    internal Task<int> AddAsync(DbTransaction transaction, IReadOnlyCollection<Doubt> doubts, CancellationToken cancel) => AddAsync(transaction, doubts, isRepeatable: false, cancel);

    async Task<int> AddAsync(DbTransaction transaction, IReadOnlyCollection<Doubt> doubts, bool isRepeatable, CancellationToken cancel)
    {
        foreach (var doubt in doubts.OrderBy(doubt => doubt.Kind).ThenBy(doubt => doubt.Key, StringComparer.Ordinal))
        {
            await transaction.ExecuteAsync("""
                INSERT INTO doubts (kind, subject, project, detail, example, place, count, first_at, last_at)
                VALUES (@kind, @subject, @project, @detail, @example, @place, 1, @now, @now)
                ON CONFLICT (kind, subject) DO UPDATE SET count = doubts.count + CASE WHEN @repeatable = 1 AND doubts.place = excluded.place THEN 0 ELSE 1 END, last_at = excluded.last_at
                """, cancel,
                ("@kind", Word(doubt.Kind)), ("@subject", IndexedText.Cut(KeptText.Of(doubt.Key))), ("@project", KeptText.Of(doubt.Project)), ("@detail", KeptText.Of(doubt.Detail)),
                ("@example", KeptText.Of(doubt.Example)), ("@place", KeptText.Of(doubt.Location.ToString())), ("@now", Now), ("@repeatable", isRepeatable ? 1L : 0L));
        }

        return await Dropped.TrimAsync(transaction, "doubts", "last_at", most, What, cancel);
    }

    /// <summary>A page of doubts, from the newest down.</summary>
    /// <param name="before">The key below which the page begins; null for the first page.</param>
    /// <param name="size">The most to answer.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The doubts.</returns>
    public Task<List<KeptDoubt>> ListAsync(long? before, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command(
            "SELECT key, kind, subject, project, detail, example, place, count, first_at, last_at FROM doubts WHERE key < @before ORDER BY key DESC LIMIT @most",
            ("@before", before ?? long.MaxValue), ("@most", (long)size));
        return await command.ToListAsync(Read, cancel);
    }, cancel);

    /// <summary>How many doubts were dropped to stay within the bound.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The number.</returns>
    public Task<long> DroppedAsync(CancellationToken cancel) => database.ReadAsync(connection => Dropped.OfAsync(connection, What, cancel), cancel);

    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    static KeptDoubt Read(DbDataReader row) => new(
        row.Number(0), Kind(row.Text(1)), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Text(6), row.Number(7),
        DateTimeOffset.FromUnixTimeMilliseconds(row.Number(8)), DateTimeOffset.FromUnixTimeMilliseconds(row.Number(9)));

    static string Word(DoubtKind kind) => kind switch
    {
        DoubtKind.UnreadableReference => "unreadable-reference",
        DoubtKind.UnknownShape => "unknown-shape",
        DoubtKind.NoSystemEvent => "no-system-event",
        DoubtKind.SuspectImage => "suspect-image",
        DoubtKind.ImageNotVerified => "image-not-verified",
        _ => "detector-fault",
    };

    static DoubtKind Kind(string word) => Enum.GetValues<DoubtKind>().First(kind => Word(kind) == word);
}

/// <summary>A doubt as it is kept.</summary>
/// <param name="Key">Its place in the list.</param>
/// <param name="Kind">What kind of doubt.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Project">The project; empty where it is not known.</param>
/// <param name="Detail">One sentence for a person; it may quote the log, and is made safe where it is shown.</param>
/// <param name="Example">A redacted example; empty where none helps.</param>
/// <param name="Place">Where it was seen first.</param>
/// <param name="Count">How often it was seen.</param>
/// <param name="FirstAt">When it was kept first.</param>
/// <param name="LastAt">When it was seen last.</param>
public sealed record KeptDoubt(
    long Key, DoubtKind Kind, string Subject, string Project, string Detail, string Example, string Place, long Count, DateTimeOffset FirstAt, DateTimeOffset LastAt);
