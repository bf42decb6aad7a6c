using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Indicators;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>What people answered to "was it intended?". A "yes" is an exception until its day is over; a later answer to the same finding takes the place of an earlier one.</summary>
/// <param name="database">The database, migrated.</param>
/// <param name="time">The clock.</param>
public sealed class AnswerStore(Database database, TimeProvider time)
{
    const string Selected = "key, source_id, finding_id, intended, image, resource, owner, reason, expires_day, answered_by, answered_at, withdrawn_at";

    /// <summary>Keeps an answer, and withdraws those that were given to the finding before.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The answer as it is kept.</returns>
    /// <exception cref="RefusedException">An intended one lacks owner or reason, or names neither image nor resource, or one that cannot be read.</exception>
    public Task<Answer> AddAsync(Answer answer, CancellationToken cancel) => database.WriteAsync(async transaction =>
    {
        if (answer.Intended) Check(answer);
        await transaction.ExecuteAsync("UPDATE answers SET withdrawn_at = @now WHERE source_id = @source AND finding_id = @finding AND withdrawn_at = 0", cancel,
            ("@now", Now), ("@source", answer.Finding.SourceId), ("@finding", answer.Finding.FindingId));

        await using var command = transaction.Command("""
            INSERT INTO answers (source_id, finding_id, intended, image, resource, owner, reason, expires_day, answered_by, answered_at, withdrawn_at)
            VALUES (@source, @finding, @intended, @image, @resource, @owner, @reason, @expires, @by, @now, 0)
            RETURNING key
            """,
            ("@source", answer.Finding.SourceId), ("@finding", answer.Finding.FindingId), ("@intended", answer.Intended ? 1L : 0L), ("@image", answer.Image),
            ("@resource", answer.Resource), ("@owner", answer.Owner), ("@reason", answer.Reason), ("@expires", (long)answer.Expires.DayNumber), ("@by", answer.AnsweredBy), ("@now", Now));
        return answer with
        {
            Key = Convert.ToInt64(await command.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture),
            AnsweredAt = DateTimeOffset.FromUnixTimeMilliseconds(Now),
            WithdrawnAt = null,
        };
    }, cancel);

    /// <summary>The answers to a finding, the latest first, withdrawn ones too.</summary>
    /// <param name="finding">The finding's name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The answers.</returns>
    public Task<List<Answer>> ListAsync(FindingName finding, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command(
            $"SELECT {Selected} FROM answers WHERE source_id = @source AND finding_id = @finding ORDER BY key DESC", ("@source", finding.SourceId), ("@finding", finding.FindingId));
        return await command.ToListAsync(row => Read(row, finding.Node), cancel);
    }, cancel);

    /// <summary>A page of answers, from the latest down, withdrawn ones too.</summary>
    /// <param name="finding">The finding that they answer for; null for all.</param>
    /// <param name="before">The key below which the page begins; null for the first page.</param>
    /// <param name="size">The most to answer.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The answers; where the finding itself is no longer kept, its name has no node.</returns>
    public Task<List<Answer>> PageAsync(FindingName? finding, long? before, int size, CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        await using var command = connection.Command($"""
            SELECT {Selected}, (SELECT f.name FROM findings f WHERE f.source_id = answers.source_id AND f.finding_id = answers.finding_id)
            FROM answers WHERE key < @before AND (@finding = '' OR (source_id = @source AND finding_id = @finding)) ORDER BY key DESC LIMIT @most
            """,
            ("@before", before ?? long.MaxValue), ("@source", finding?.SourceId ?? ""), ("@finding", finding?.FindingId ?? ""), ("@most", (long)size));
        return await command.ToListAsync(row => Read(row, row.IsDBNull(12) || !FindingName.TryParse(row.Text(12), out var name) ? "" : name.Node), cancel);
    }, cancel);

    /// <summary>Withdraws an answer.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>False where there is none that was not withdrawn.</returns>
    public Task<bool> WithdrawAsync(long key, CancellationToken cancel) => database.WriteAsync(async transaction =>
        await transaction.ExecuteAsync("UPDATE answers SET withdrawn_at = @now WHERE key = @key AND withdrawn_at = 0", cancel, ("@now", Now), ("@key", key)) == 1, cancel);

    /// <summary>The exceptions in force: what was answered as intended, and whose last day is not over.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The exceptions, as a file of them would say.</returns>
    public Task<ExceptionFile> ExceptionsAsync(CancellationToken cancel) => database.ReadAsync(async connection =>
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        await using var command = connection.Command(
            $"SELECT {Selected} FROM answers WHERE intended = 1 AND withdrawn_at = 0 AND expires_day >= @today ORDER BY key", ("@today", (long)today.DayNumber));
        return File(await command.ToListAsync(row => Read(row, ""), cancel));
    }, cancel);

    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    static void Check(Answer answer)
    {
        if (answer.Owner.Trim() == "" || answer.Reason.Trim() == "") throw new RefusedException(Refusal.InvalidArgument, "An exception needs an owner and a reason.");
        try
        {
            File([answer]);
        }
        catch (Images.UnreadableFileException fault)
        {
            throw new RefusedException(Refusal.InvalidArgument, $"The exception cannot be made: {fault.Message}");
        }
    }

    /// <summary>The exceptions are read by the reader of the file, so that both mean the same.</summary>
    static ExceptionFile File(IEnumerable<Answer> answers)
    {
        JsonArray entries = [];
        foreach (var answer in answers)
        {
            JsonObject entry = new()
            {
                ["reason"] = answer.Reason,
                ["owner"] = answer.Owner,
                ["expires"] = answer.Expires.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            };
            if (answer.Image != "") entry["image"] = answer.Image;
            if (answer.Resource != "") entry["resource"] = answer.Resource;
            entries.Add((JsonNode)entry);
        }

        return ExceptionFile.Parse("answers", Encoding.UTF8.GetBytes(FindingJsonText.Write(new JsonObject { ["version"] = 1, ["exceptions"] = entries })));
    }

    static Answer Read(DbDataReader row, string node) => new()
    {
        Key = row.Number(0),
        Finding = new(node, row.Text(1), row.Text(2)),
        Intended = row.Number(3) != 0,
        Image = row.Text(4),
        Resource = row.Text(5),
        Owner = row.Text(6),
        Reason = row.Text(7),
        Expires = DateOnly.FromDayNumber((int)row.Number(8)),
        AnsweredBy = row.Text(9),
        AnsweredAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Number(10)),
        WithdrawnAt = row.Number(11) is var withdrawn and not 0 ? DateTimeOffset.FromUnixTimeMilliseconds(withdrawn) : null,
    };
}

/// <summary>An answer to "was it intended?".</summary>
public sealed record Answer
{
    /// <summary>Its place in the database; the store sets it.</summary>
    public long Key { get; init; }

    /// <summary>The finding that was asked about.</summary>
    public required FindingName Finding { get; init; }

    /// <summary>Whether it was intended.</summary>
    public required bool Intended { get; init; }

    /// <summary>For an exception: the image, with a tag or digest that one only, otherwise the whole repository; empty for any.</summary>
    public string Image { get; init; } = "";

    /// <summary>For an exception: the resource's name, as a file of exceptions gives it; empty for any.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Who answers for it.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>For an exception: the last day on which it holds, in UTC.</summary>
    public DateOnly Expires { get; init; }

    /// <summary>Who answered.</summary>
    public required string AnsweredBy { get; init; }

    /// <summary>When; the store sets it.</summary>
    public DateTimeOffset AnsweredAt { get; init; }

    /// <summary>When it was withdrawn; null where it was not.</summary>
    public DateTimeOffset? WithdrawnAt { get; init; }
}
