using System.Data.Common;
using System.Security.Cryptography;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>
/// The images that are looked into in the background: what waits, what came of it, and to whom it must still be told. An image is claimed, looked into, and then has a result; a server that
/// dies loses its claim after a while. All servers of a database share them.
/// </summary>
/// <param name="database">The database, migrated.</param>
/// <param name="time">The clock.</param>
public sealed class InspectionStore(Database database, TimeProvider time)
{
    const int PlacesAsked = 8;
    const int LongestFault = 1_000;

    const string Selected = """
        i.key, i.image, i.by_digest, CASE WHEN i.wanted = 0 THEN 'notWanted' WHEN i.claim <> '' THEN 'running' WHEN i.due_at < 9223372036854775807 THEN 'waiting' ELSE 'done' END,
        i.due_at, i.attempts, i.fault, i.result, i.verdict, i.document, i.judged_at, i.took_ms, i.last_at, i.looked_back
        """;

    /// <summary>Claims the image that is due first, those of findings before others.</summary>
    /// <param name="lease">How long the claim holds; looking into it must take less.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where none is due.</returns>
    public Task<ClaimedInspection?> ClaimAsync(TimeSpan lease, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        var claim = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

        // The outer condition is asked again where another server claimed first.
        await using var command = transaction.Command($"""
            UPDATE inspections SET claim = @claim, attempts = attempts + 1, due_at = @until
            WHERE due_at <= @now AND wanted > 0 AND key = (SELECT d.key FROM inspections d WHERE d.wanted > 0 AND d.due_at <= @now ORDER BY d.wanted DESC, d.due_at, d.key LIMIT 1)
            RETURNING {Selected.Replace("i.", "", StringComparison.Ordinal)}
            """, ("@claim", claim), ("@until", Now + (long)lease.TotalMilliseconds), ("@now", Now));
        if ((await command.ToListAsync(Read, cancel)).FirstOrDefault() is not { } image) return null;

        await using var places = transaction.Command("SELECT reference FROM inspection_uses WHERE image = @image GROUP BY reference ORDER BY reference LIMIT @most", ("@image", image.Image), ("@most", (long)PlacesAsked));
        return new ClaimedInspection(image with { References = await places.ToListAsync(row => row.Text(0), cancel) }, claim);
    }, cancel);

    /// <summary>Keeps what an image came to, and what is doubtful about it.</summary>
    /// <param name="claimed">The image, as it was claimed.</param>
    /// <param name="judgedBy">What tells lists and program from others.</param>
    /// <param name="verdict">The verdict.</param>
    /// <param name="document">What was seen; null where what is kept stays.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="doubts">What is doubtful about it; kept in the same transaction, where the result is new.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>False where the claim was lost meanwhile.</returns>
    public Task<bool> FinishAsync(ClaimedInspection claimed, string judgedBy, string verdict, string? document, TimeSpan took, IReadOnlyCollection<Doubt> doubts, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        var isNew = document is not null && document != claimed.Image.Document;
        if (await transaction.ExecuteAsync("""
            UPDATE inspections SET claim = '', attempts = 0, fault = '', due_at = @never, judged_by = @judged_by, judged_at = @now, took_ms = @took,
                verdict = @verdict, document = @document, result = result + @news, untold = CASE WHEN @news = 1 THEN 1 ELSE untold END
            WHERE image = @image AND claim = @claim
            """, cancel,
            ("@never", ImageUse.Never), ("@judged_by", judgedBy), ("@now", Now), ("@took", (long)took.TotalMilliseconds), ("@verdict", document is null ? claimed.Image.Verdict : verdict),
            ("@document", document ?? claimed.Image.Document), ("@news", isNew ? 1L : 0L), ("@image", claimed.Image.Image), ("@claim", claimed.Claim)) == 0) return false;
        if (isNew) await new DoubtStore(database, time).AddAsync(transaction, doubts, cancel);
        return true;
    }, cancel);

    /// <summary>Puts an image back that was not, or could not be, looked into.</summary>
    /// <param name="claimed">The image, as it was claimed.</param>
    /// <param name="fault">Why, for people; at most 1,000 characters are kept.</param>
    /// <param name="wait">How long to wait before the next attempt; null for ever.</param>
    /// <param name="counts">Whether it counts as an attempt.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>False where the claim was lost meanwhile.</returns>
    public Task<bool> PutBackAsync(ClaimedInspection claimed, string fault, TimeSpan? wait, bool counts, CancellationToken cancel) => database.WriteAsync(async transaction =>
        await transaction.ExecuteAsync("UPDATE inspections SET claim = '', attempts = attempts - @uncounted, due_at = @due, fault = @fault WHERE image = @image AND claim = @claim", cancel,
            ("@uncounted", counts ? 0L : 1L), ("@due", wait is { } time ? Now + (long)time.TotalMilliseconds : ImageUse.Never), ("@fault", KeptText.Of(fault.Length > LongestFault ? fault[..LongestFault] : fault)),
            ("@image", claimed.Image.Image), ("@claim", claimed.Claim)) == 1, cancel);

    /// <summary>Takes all claims away. Only for a database that no other process uses: an SQLite file at the start.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>How many there were.</returns>
    public Task<int> ReleaseAsync(CancellationToken cancel) => database.WriteAsync(transaction =>
        transaction.ExecuteAsync("UPDATE inspections SET claim = '', due_at = @now WHERE claim <> ''", cancel, ("@now", Now)), cancel);

    /// <summary>Asks again for images of which other lists may say more: what is no miner, was judged by others, and is still used.</summary>
    /// <param name="judgedBy">What tells lists and program from others.</param>
    /// <param name="usedSince">Those that were seen since then.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>How many they are.</returns>
    public Task<int> AskAgainAsync(string judgedBy, DateTimeOffset usedSince, CancellationToken cancel) => database.WriteAsync(transaction => transaction.ExecuteAsync("""
        UPDATE inspections SET due_at = @now, attempts = 0
        WHERE due_at = @never AND wanted > 0 AND verdict <> 'miner' AND judged_by <> @judged_by AND last_at >= @since
        """, cancel, ("@now", Now), ("@never", ImageUse.Never), ("@judged_by", judgedBy), ("@since", usedSince.ToUnixTimeMilliseconds())), cancel);

    /// <summary>An image with a result that not all that use it know.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where there is none.</returns>
    internal Task<KeptInspection?> UntoldAsync(CancellationToken cancel) => OneAsync($"SELECT {Selected} FROM inspections i WHERE i.untold = 1 ORDER BY i.image LIMIT 1", cancel);

    /// <summary>Those that use an image and do not know its result, in pages.</summary>
    internal Task<List<string>> UsesAsync(KeptInspection image, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command("SELECT subject FROM inspection_uses WHERE image = @image AND told < @result ORDER BY subject LIMIT @most", ("@image", image.Image), ("@result", image.Result), ("@most", (long)size));
        return await command.ToListAsync(row => row.Text(0), cancel);
    }, cancel);

    /// <summary>Notes who was told; once all are, the image is settled.</summary>
    internal Task<bool> ToldAsync(KeptInspection image, IReadOnlyList<string> subjects, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        // The row is locked first: whoever adds a use at the same moment has it, and is seen afterwards.
        await transaction.ExecuteAsync("UPDATE inspections SET untold = 0, looked_back = CASE WHEN @looked = 1 THEN 1 ELSE looked_back END WHERE image = @image", cancel, ("@looked", image.HasLookedBack ? 1L : 0L), ("@image", image.Image));
        foreach (var subject in subjects)
        {
            await transaction.ExecuteAsync("UPDATE inspection_uses SET told = @result WHERE image = @image AND subject = @subject AND told < @result", cancel, ("@result", image.Result), ("@image", image.Image), ("@subject", subject));
        }

        await transaction.ExecuteAsync("UPDATE inspections SET untold = 1 WHERE image = @image AND EXISTS (SELECT 1 FROM inspection_uses u WHERE u.image = inspections.image AND u.told < inspections.result)", cancel, ("@image", image.Image));
        return true;
    }, cancel);

    /// <summary>The remembered deployments that use an image, the earliest kept first, and the names of findings that do.</summary>
    internal Task<(List<KeptDeployment> Deployments, long All)> UsedByAsync(string image, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var ask = connection.Command("""
            SELECT d.document FROM inspection_uses u JOIN deployments d ON d.entry = substr(u.subject, 2) WHERE u.image = @image AND u.subject LIKE 'd%' ORDER BY d.key LIMIT @most
            """, ("@image", image), ("@most", (long)size));
        var used = await ask.ToListAsync(row => KeptDeployment.Read(row.Text(0)), cancel);
        await using var count = connection.Command("SELECT count(*) FROM inspection_uses WHERE image = @image", ("@image", image));
        return (used, Convert.ToInt64(await count.ExecuteScalarAsync(cancel), System.Globalization.CultureInfo.InvariantCulture));
    }, cancel);

    /// <summary>Writes down more that use an image.</summary>
    internal Task<bool> AddAsync(IReadOnlyCollection<ImageUse> uses, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        await ImageUse.AddAsync(transaction, uses, time.GetUtcNow(), cancel);
        return true;
    }, cancel);

    /// <summary>A page of images, from the latest down.</summary>
    /// <param name="query">Which.</param>
    /// <param name="before">The key below which the page begins; null for the first.</param>
    /// <param name="size">The most to answer.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The images.</returns>
    public Task<List<KeptInspection>> ListAsync(InspectionQuery query, long? before, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"""
            SELECT {Selected} FROM inspections i WHERE i.key < @before AND (@verdict = '' OR i.verdict = @verdict)
                AND (@image = '' OR i.image = @image OR EXISTS (SELECT 1 FROM inspection_uses u WHERE u.image = i.image AND u.reference = @image))
            ORDER BY i.key DESC LIMIT @most
            """, ("@before", before ?? long.MaxValue), ("@verdict", query.Verdict), ("@image", KeptText.Of(query.Image)), ("@most", (long)size));
        return await command.ToListAsync(Read, cancel);
    }, cancel);

    /// <summary>An image, with where it is said to be.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where there is none.</returns>
    public async Task<KeptInspection?> FindAsync(long key, CancellationToken cancel)
    {
        if (await OneAsync($"SELECT {Selected} FROM inspections i WHERE i.key = @key", cancel, ("@key", key)) is not { } found) return null;
        return found with
        {
            References = await database.ReadAsync(async connection =>
            {
                await using var command = connection.Command("SELECT reference FROM inspection_uses WHERE image = @image GROUP BY reference ORDER BY reference LIMIT 100", ("@image", found.Image));
                return await command.ToListAsync(row => row.Text(0), cancel);
            }, cancel),
        };
    }

    /// <summary>How many images wait, or are being looked into.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The number.</returns>
    public Task<long> WaitingAsync(CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command("SELECT count(*) FROM inspections WHERE wanted > 0 AND due_at < @never", ("@never", ImageUse.Never));
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancel), System.Globalization.CultureInfo.InvariantCulture);
    }, cancel);

    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    Task<KeptInspection?> OneAsync(string text, CancellationToken cancel, params (string, object?)[] values) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command(text, values);
        return (await command.ToListAsync(Read, cancel)).FirstOrDefault();
    }, cancel);

    static KeptInspection Read(DbDataReader row) => new()
    {
        Key = row.Number(0),
        Image = row.Text(1),
        IsByDigest = row.Number(2) == 1,
        State = row.Text(3),
        DueAt = row.Number(4) is var due and not ImageUse.Never ? DateTimeOffset.FromUnixTimeMilliseconds(due) : null,
        Attempts = row.Number(5),
        Fault = row.Text(6),
        Result = row.Number(7),
        Verdict = row.Text(8),
        Document = row.Text(9),
        JudgedAt = row.Number(10) is var judged and > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(judged) : null,
        Took = TimeSpan.FromMilliseconds(row.Number(11)),
        LastAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Number(12)),
        HasLookedBack = row.Number(13) == 1,
    };
}

/// <summary>Which images are listed.</summary>
public sealed record InspectionQuery
{
    /// <summary>The image of this digest (<c>sha256:…</c>), or of this reference as it was asked for; empty for all.</summary>
    public string Image { get; init; } = "";

    /// <summary>Those of this verdict; empty for all.</summary>
    public string Verdict { get; init; } = "";
}
