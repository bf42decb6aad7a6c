using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PushLoop;

/// <summary>Sends requests over connections that stay, one after the other on each, and times the answers.</summary>
/// <param name="url">Where they go.</param>
/// <param name="entries">What is sent.</param>
/// <param name="token">Who sends it.</param>
sealed class Sender(Uri url, PushedEntries entries, string token)
{
    readonly List<long> _ticks = [];
    long _failed;
    long _sent;

    /// <summary>Sends for a time.</summary>
    /// <param name="time">How long.</param>
    /// <param name="rate">How many a second; 0 for as many as are answered.</param>
    /// <param name="connections">How many at once.</param>
    /// <returns>What came of it.</returns>
    public async Task<string> RunAsync(TimeSpan time, int rate, int connections)
    {
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => SendAsync(start, time, rate))));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _ticks.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{_ticks.Count / seconds:F0} a second, p50 {At(0.5)} ms, p99 {At(0.99)} ms, p99.9 {At(0.999)} ms, at most {At(1)} ms, {_failed} no success of {_ticks.Count}");
    }

    string At(double part) => _ticks.Count == 0 ? "-" : Stopwatch.GetElapsedTime(0, _ticks[Math.Max(0, (int)Math.Ceiling(part * _ticks.Count) - 1)]).TotalMilliseconds.ToString("F2", CultureInfo.InvariantCulture);

    async Task SendAsync(long start, TimeSpan time, int rate)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(url.Host), url.Port));
        List<long> own = [];
        var answer = new byte[16 * 1024];
        while (Stopwatch.GetElapsedTime(start) is var now && now < time)
        {
            // When this one is due; its time counts from then, so that a server that stands still is not asked less and praised for it.
            var number = Interlocked.Increment(ref _sent) - 1;
            var due = rate == 0 ? Stopwatch.GetTimestamp() : start + (long)(number / (double)rate * Stopwatch.Frequency);
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } wait) await Task.Delay(wait, TimeProvider.System);

            var body = entries.Next();
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"POST {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            if (!await IsSuccessAsync(socket, answer)) Interlocked.Increment(ref _failed);
            own.Add(Stopwatch.GetTimestamp() - due);
        }

        lock (_ticks) _ticks.AddRange(own);
    }

    /// <summary>Reads an answer, which has no body where it is a success (204); any other ends the connection's use.</summary>
    static async Task<bool> IsSuccessAsync(Socket socket, byte[] answer)
    {
        var have = 0;
        while (answer.AsSpan(0, have).IndexOf("\r\n\r\n"u8) < 0)
        {
            if (await socket.ReceiveAsync(answer.AsMemory(have)) is not (> 0 and var read)) throw new IOException("The server closed the connection.");
            have += read;
        }

        var status = Encoding.ASCII.GetString(answer, 9, 3);
        return status == "204" ? true : status is "429" or "503" ? false : throw new IOException(Encoding.ASCII.GetString(answer, 0, have));
    }
}
