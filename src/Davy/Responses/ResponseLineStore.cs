using System.Data.Common;
using Davy.Findings;
using Davy.Storage;

namespace Davy.Responses;

/// <summary>The journals of responses that a server was given. Lines are only ever added, each where it follows from the one before it; nothing is changed or removed.</summary>
/// <param name="database">The database, migrated.</param>
/// <param name="time">The clock.</param>
public sealed class ResponseLineStore(Database database, TimeProvider time)
{
    /// <summary>How many bytes a line may have.</summary>
    public const int MostLineBytes = 1 << 20;

    const int MostWord = 100;

    /// <summary>How far a journal is kept.</summary>
    /// <param name="journal">The hash of its first line.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>How many lines, and the hash of the last; 0 and empty where it is not known.</returns>
    public Task<(long Lines, string LastHash)> EndAsync(string journal, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command("SELECT number, hash FROM response_lines WHERE journal = @journal ORDER BY number DESC LIMIT 1", ("@journal", journal));
        return (await command.ToListAsync(row => (row.Number(0), row.Text(1)), cancel)).FirstOrDefault((0, ""));
    }, cancel);

    /// <summary>Adds lines. Those that are kept already may be sent again.</summary>
    /// <param name="journal">The hash of the journal's first line.</param>
    /// <param name="after">How many lines of the journal come before these.</param>
    /// <param name="lines">The lines, in their order.</param>
    /// <param name="sentBy">Who sends them.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>How many lines of the journal are kept now.</returns>
    /// <exception cref="RefusedException">A line does not follow from what is kept, is another one than is kept, or cannot be one of a journal; none is kept then.</exception>
    public Task<long> AppendAsync(string journal, long after, IReadOnlyList<JournalLine> lines, string sentBy, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        var last = after == 0 ? "" : await HashAsync(transaction, journal, after, cancel) ?? throw new RefusedException(Refusal.FailedPrecondition, $"The line {after}, which these follow, is not kept; send from an earlier one.");
        var number = after;
        foreach (var line in lines)
        {
            number++;
            Check(line, number);
            if (number == 1 && line.Hash != journal) throw new RefusedException(Refusal.FailedPrecondition, "The first line is not that of this journal.");
            if (!line.Follows(last)) throw new RefusedException(Refusal.FailedPrecondition, $"Line {number} does not follow from the line before it: the journal was changed.");
            if (await InsertAsync(transaction, journal, number, line, sentBy, cancel) == 0 && await HashAsync(transaction, journal, number, cancel) != line.Hash)
            {
                throw new RefusedException(Refusal.FailedPrecondition, $"Line {number} is another one than is kept: the journal was changed.");
            }

            last = line.Hash;
        }

        await using var count = transaction.Command("SELECT max(number) FROM response_lines WHERE journal = @journal", ("@journal", journal));
        return await count.ExecuteScalarAsync(cancel) is long kept ? kept : 0;
    }, cancel);

    /// <summary>A page of responses, those that were kept last first.</summary>
    /// <param name="finding">Those for a finding; null for all.</param>
    /// <param name="resource">Those to a resource, by its name in the Admin API v2; empty for all.</param>
    /// <param name="before">The key below which the page begins; null for the first.</param>
    /// <param name="size">The most to answer.</param>
    /// <param name="cancel">Stops it.</param>
    public Task<List<KeptResponse>> ListAsync(FindingName? finding, string resource, long? before, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"""
            {Begun} AND key < @before AND (@resource = '' OR resource = @resource) AND (@finding = '' OR (finding_id = @finding AND source_id = @source)) ORDER BY key DESC LIMIT @most
            """, ("@before", before ?? long.MaxValue), ("@resource", resource), ("@finding", finding?.FindingId ?? ""), ("@source", finding?.SourceId ?? ""), ("@most", (long)size));
        return await WholeAsync(connection, command, cancel);
    }, cancel);

    /// <summary>A response.</summary>
    /// <param name="record">Its id.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The one that was kept first under this id; null where there is none.</returns>
    public Task<KeptResponse?> FindAsync(string record, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"{Begun} AND record = @record ORDER BY key LIMIT 1", ("@record", record));
        return (await WholeAsync(connection, command, cancel)).FirstOrDefault();
    }, cancel);

    const string Begun = "SELECT key, journal, record, sent_by, seen_at FROM response_lines WHERE what = 'begun'";

    static async Task<List<KeptResponse>> WholeAsync(DbConnection connection, DbCommand command, CancellationToken cancel)
    {
        List<KeptResponse> all = [];
        foreach (var (key, journal, record, sentBy, seenAt) in await command.ToListAsync(row => (row.Number(0), row.Text(1), row.Text(2), row.Text(3), row.Number(4)), cancel))
        {
            await using var ask = connection.Command("""
                SELECT l.number, l.hash, l.content, p.hash FROM response_lines l LEFT JOIN response_lines p ON p.journal = l.journal AND p.number = l.number - 1
                WHERE l.record = @record AND l.journal = @journal ORDER BY l.number
                """, ("@record", record), ("@journal", journal));
            var lines = await ask.ToListAsync(row => (Number: row.Number(0), Hash: row.Text(1), Line: JournalLine.Of(row.Bytes(2)), Before: row.Text(3)), cancel);
            if (ResponseRecord.Of([.. lines.Select(line => line.Line.Entry).OfType<JournalEntry>()]) is not [var told, ..]) continue;
            all.Add(new(key, journal, told, [.. lines.Select(line => (line.Number, line.Line))], sentBy, DateTimeOffset.FromUnixTimeMilliseconds(seenAt), lines.Exists(line => line.Line.Hash != line.Hash || !line.Line.Follows(line.Before))));
        }

        return all;
    }

    static async Task<string?> HashAsync(DbTransaction transaction, string journal, long number, CancellationToken cancel)
    {
        await using var command = transaction.Command("SELECT hash FROM response_lines WHERE journal = @journal AND number = @number", ("@journal", journal), ("@number", number));
        return await command.ExecuteScalarAsync(cancel) as string;
    }

    Task<int> InsertAsync(DbTransaction transaction, string journal, long number, JournalLine line, string sentBy, CancellationToken cancel)
    {
        var begun = line.Entry is { What: "begun" } entry ? entry.Details : default;
        var finding = FindingName.TryParse(begun.Text("finding"), out var name) ? name : default;
        return transaction.ExecuteAsync("""
            INSERT INTO response_lines (journal, number, hash, record, what, source_id, finding_id, resource, content, sent_by, seen_at)
            VALUES (@journal, @number, @hash, @record, @what, @source, @finding, @resource, @content, @by, @now) ON CONFLICT (journal, number) DO NOTHING
            """, cancel,
            ("@journal", journal), ("@number", number), ("@hash", line.Hash), ("@record", line.Entry?.Record ?? ""), ("@what", line.Entry?.What ?? ""), ("@source", finding.SourceId ?? ""), ("@finding", finding.FindingId ?? ""),
            ("@resource", WorkloadName.Parse(begun.Text("resource"))?.AdminName ?? ""), ("@content", line.Bytes.ToArray()), ("@by", KeptText.Of(sentBy)), ("@now", time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    /// <summary>What stands in columns is plain.</summary>
    static void Check(JournalLine line, long number)
    {
        if (line.Bytes.Length is 0 or > MostLineBytes) throw new RefusedException(Refusal.InvalidArgument, $"Line {number} has no bytes, or more than {MostLineBytes}.");
        if (line.Entry is { } entry && !(IsPlain(entry.Record) && IsPlain(entry.What))) throw new RefusedException(Refusal.InvalidArgument, $"Line {number} has a 'record' or 'what' that is none.");
    }

    static bool IsPlain(string word) => word.Length <= MostWord && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
}

/// <summary>A response as a server keeps it.</summary>
/// <param name="Key">The key of the line that begins it.</param>
/// <param name="Journal">The hash of its journal's first line.</param>
/// <param name="Record">What its lines tell.</param>
/// <param name="Lines">Its lines, each with its number in the journal.</param>
/// <param name="SentBy">Who sent the line that begins it.</param>
/// <param name="KeptAt">When that was kept.</param>
/// <param name="IsDamaged">Whether one of its lines is not what was kept, or does not follow from the line before it.</param>
public sealed record KeptResponse(long Key, string Journal, ResponseRecord Record, IReadOnlyList<(long Number, JournalLine Line)> Lines, string SentBy, DateTimeOffset KeptAt, bool IsDamaged);
