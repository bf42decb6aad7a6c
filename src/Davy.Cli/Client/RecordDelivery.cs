using System.Text.Json;
using System.Threading.Channels;
using Davy.Responses;

namespace Davy.Cli.Client;

/// <summary>
/// Sends the journal of responses to a <c>davyd</c>, each line once it is on the disk here: the journal is written first, and no response waits for a network. Whatever did not arrive is sent the
/// next time, for the server says how far it has the journal, and takes what it has already once more.
/// </summary>
/// <param name="client">The server.</param>
/// <param name="folder">The folder of the journal.</param>
sealed class RecordDelivery(ServerClient client, string folder)
{
    const int BatchLines = 500;
    const int BatchBytes = 4 * 1024 * 1024;

    readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    Task? _sending;

    /// <summary>Sends what the server does not have yet.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>How many lines were sent.</returns>
    /// <exception cref="ServerException">The server does not answer, or refuses, or has another journal than the folder.</exception>
    public async Task<int> SendAsync(CancellationToken cancel)
    {
        var lines = ResponseJournal.Lines(folder);
        if (lines.Count == 0) return 0;

        var path = $"/davy/v1/response-journals/{lines[0].Hash}";
        var kept = await client.GetAsync(path, "responder", cancel);
        var known = kept.TryGetProperty("lines", out var number) && number.ValueKind is JsonValueKind.Number && number.TryGetInt32(out var count) && count >= 0 ? count : throw new ServerException("the server's answer tells no lines; it is no davyd.");
        if (known > lines.Count) throw new ServerException($"davyd keeps {known} lines of the journal, and the folder has {lines.Count}: lines were taken from the folder's end.");
        if (known > 0 && !(kept.TryGetProperty("lastHash", out var hash) && hash.ValueKind is JsonValueKind.String && hash.GetString() == lines[known - 1].Hash)) throw new ServerException($"davyd keeps another line {known} of the journal than the folder has: the folder was changed.");

        for (var at = known; at < lines.Count;)
        {
            using MemoryStream batch = new();
            var end = at;
            while (end < lines.Count && end - at < BatchLines && (end == at || batch.Length + lines[end].Bytes.Length < BatchBytes))
            {
                batch.Write(lines[end++].Bytes.Span);
                batch.WriteByte((byte)'\n');
            }

            await client.SendAsync(HttpMethod.Post, $"{path}:append?after={at}", new(batch.GetBuffer().AsMemory(0, (int)batch.Length), "application/x-ndjson"), "responder", isRepeatable: true, cancel);
            at = end;
        }

        return lines.Count - known;
    }

    /// <summary>Sends lines while a command is at work.</summary>
    /// <param name="journal">Says when there is one.</param>
    /// <param name="cancel">Stops it.</param>
    public void Begin(ResponseJournal journal, CancellationToken cancel)
    {
        journal.Appended = () => _signals.Writer.TryWrite(true);
        _signals.Writer.TryWrite(true);
        _sending = Task.Run(async () =>
        {
            await foreach (var _ in _signals.Reader.ReadAllAsync(cancel))
            {
                try
                {
                    await SendAsync(cancel);
                }
                catch (Exception fault) when (fault is ServerException or IOException)
                {
                    // The end of the command tries once more, and says why it could not.
                }
            }
        }, cancel);
    }

    /// <summary>Sends the rest, after the command's work.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ServerException">The server does not answer, or refuses, or has another journal than the folder.</exception>
    public async Task FinishAsync(CancellationToken cancel)
    {
        _signals.Writer.TryComplete();
        if (_sending is not null) await _sending;
        await SendAsync(cancel);
    }
}
