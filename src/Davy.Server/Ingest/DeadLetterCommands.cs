using System.Globalization;
using System.Text;
using System.Text.Json;
using Davy.Findings;
using Davy.Reports;
using Davy.Server.Callers;
using Davy.Server.Hosting;

namespace Davy.Server.Ingest;

/// <summary>What <c>davyd dead-letters</c> does.</summary>
/// <param name="letters">The dead letters.</param>
/// <param name="output">Where answers go.</param>
/// <param name="error">Where all else goes.</param>
sealed class DeadLetterCommands(DeadLetterStore letters, StandardOutput output, TextWriter error)
{
    const int Page = 500;
    const int LongestShown = 65_536;

    /// <summary>Lists the letters, without their bytes.</summary>
    /// <param name="json">Whether as JSON, an array; else a table.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> ListAsync(bool json, CancellationToken cancel)
    {
        var all = await AllAsync(cancel);
        if (json)
        {
            await output.Writer.WriteLineAsync(JsonSerializer.Serialize([.. all.Select(DeadLetterAnswer.Of)], DeadLetterJson.Default.DeadLetterAnswerArray));
            return 0;
        }

        List<string[]> rows = [["ID", "FAILED", "SOURCE", "IN", "BYTES", "TRIES", "PLACE", "WHY"]];
        rows.AddRange(all.Select(letter => new[]
        {
            Number(letter.Key), Shown(letter.SeenAt), TextSanitizer.Clean(letter.Source), letter.Reason.ToString().ToLowerInvariant(), letter.HasContent ? Number(letter.Size) : "not kept",
            Number(letter.Attempts), TextSanitizer.Clean(letter.Place), TextSanitizer.Clean(letter.Detail),
        }));
        await TextTable.WriteAsync(output.Writer, rows);
        if (await letters.DroppedAsync(cancel) is var dropped and > 0) await error.WriteLineAsync($"davyd: there was no room for {dropped} letters: they were kept without their bytes, or not at all.");
        return 0;
    }

    /// <summary>Shows a letter; what it holds only made safe for a terminal.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="file">A new file for its bytes as they are; null for standard output, made safe.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="OptionException">There is none, or the file cannot be written.</exception>
    public async Task<int> ShowAsync(long key, string? file, CancellationToken cancel)
    {
        if (await letters.ShowAsync(key, $"{Environment.UserName}, on the machine of davyd", cancel) is not { } shown) throw NoLetter(key);
        var letter = shown.Letter;
        (string Name, string Value)[] lines =
        [
            ("id", Number(letter.Key)), ("source", letter.Source), ("place", letter.Place), ("failed", $"{Shown(letter.SeenAt)}, in {letter.Reason.ToString().ToLowerInvariant()}"), ("why", letter.Detail),
            ("tries", letter.AttemptedAt is { } at ? $"{letter.Attempts}, the last {Shown(at)}" : Number(letter.Attempts)), ("bytes", Number(letter.Size)), ("sha256", letter.Hash),
        ];
        foreach (var (name, value) in lines) await output.Writer.WriteLineAsync($"{name,-8}{TextSanitizer.Clean(value, 1_000)}");
        if (shown.Bytes is not { } bytes)
        {
            await error.WriteLineAsync(shown.IsDamaged ? "davyd: its bytes are damaged: their checksum is another. They are not shown." : "davyd: its bytes were not kept, for there was no room.");
            return 1;
        }

        await error.WriteLineAsync("davyd: its bytes may hold secrets; that they were shown, and to whom, is kept.");
        if (file is not null)
        {
            Write(file, bytes);
            return 0;
        }

        var text = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, LongestShown)));
        await output.Writer.WriteLineAsync();
        foreach (var line in text.Split('\n')) await output.Writer.WriteLineAsync(TextSanitizer.Clean(line.TrimEnd('\r'), LongestShown));
        if (bytes.Length > LongestShown) await error.WriteLineAsync($"davyd: these are the first {LongestShown} bytes; --output FILE writes all of them.");
        return 0;
    }

    /// <summary>Runs letters through the watch again.</summary>
    /// <param name="watch">The watch.</param>
    /// <param name="keys">Which; null for all.</param>
    /// <param name="cancel">Stops it between two letters.</param>
    /// <returns>The exit code: 1 where one of them stays.</returns>
    /// <exception cref="OptionException">There is no such letter; those before it were replayed.</exception>
    public async Task<int> ReplayAsync(Watch watch, IReadOnlyList<long>? keys, CancellationToken cancel)
    {
        var (gone, stay) = (0, 0);
        foreach (var key in keys ?? [.. (await AllAsync(cancel)).Select(letter => letter.Key).Order()])
        {
            cancel.ThrowIfCancellationRequested();

            // Of all, one may have been replayed by another meanwhile.
            if (await watch.ReplayAsync(key, cancel) is not { } replay)
            {
                if (keys is not null) throw NoLetter(key);
                continue;
            }

            if (replay.Result is ReplayResult.Kept) gone++;
            else stay++;
            await output.Writer.WriteLineAsync(replay.Result is ReplayResult.Kept
                ? $"{key}  kept  {(replay.Findings.Count == 0 ? "no finding" : string.Join(", ", replay.Findings.Select(name => TextSanitizer.Clean(name))))}"
                : $"{key}  stays  {TextSanitizer.Clean(replay.Detail, 1_000)}");
        }

        await error.WriteLineAsync($"davyd: {gone} kept and removed, {stay} stay.");
        return stay == 0 ? 0 : 1;
    }

    /// <summary>Throws letters away, if their number is confirmed; else says what would go.</summary>
    /// <param name="keys">Which; null for all.</param>
    /// <param name="confirmed">How many whoever asks takes them to be; null where nothing was confirmed.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="OptionException">There is no such letter, or the number is another.</exception>
    public async Task<int> PurgeAsync(IReadOnlyList<long>? keys, int? confirmed, CancellationToken cancel)
    {
        var all = await AllAsync(cancel);
        foreach (var key in keys ?? []) if (!all.Exists(letter => letter.Key == key)) throw NoLetter(key);

        var chosen = keys is null ? all : [.. all.Where(letter => keys.Contains(letter.Key))];
        if (chosen.Count == 0)
        {
            await error.WriteLineAsync("davyd: there are no dead letters.");
            return 0;
        }

        if (confirmed != chosen.Count)
        {
            throw new OptionException($"These are {chosen.Count} letters with {chosen.Sum(letter => letter.Size)} bytes; what they told is lost when they are thrown away. Say --confirm {chosen.Count} to do so.");
        }

        foreach (var letter in chosen) await letters.PurgeAsync(letter.Key, cancel);
        await error.WriteLineAsync($"davyd: {chosen.Count} letters are thrown away.");
        return 0;
    }

    async Task<List<KeptDeadLetter>> AllAsync(CancellationToken cancel)
    {
        List<KeptDeadLetter> all = [];
        while (await letters.ListAsync(all.Count == 0 ? null : all[^1].Key, Page, cancel) is { Count: > 0 } page) all.AddRange(page);
        return all;
    }

    static void Write(string file, byte[] bytes)
    {
        try
        {
            PrivateFile.Write(file, bytes);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"--output: {TextSanitizer.Clean(fault.Message)}");
        }
    }

    static OptionException NoLetter(long key) => new($"There is no dead letter {key}; 'davyd dead-letters list' shows them.");

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    static string Shown(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
