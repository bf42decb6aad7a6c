using System.Globalization;
using System.Text;

namespace PushLoop;

/// <summary>The entries of a log as Pub/Sub pushes them, again and again, each time under another <c>insertId</c>.</summary>
/// <param name="lines">The entries, a line each.</param>
sealed class PushedEntries(byte[][] lines)
{
    static readonly byte[] Mark = "\"insertId\":\""u8.ToArray();

    long _next = -1;

    /// <summary>Reads a log.</summary>
    /// <param name="log">The file, of JSON Lines.</param>
    public static PushedEntries Read(string log) => new([.. File.ReadLines(log).Select(Encoding.UTF8.GetBytes)]);

    /// <summary>The bodies of the next requests.</summary>
    /// <param name="count">How many.</param>
    public IEnumerable<string> Bodies(int count) => Enumerable.Range(0, count).Select(_ => Next());

    /// <summary>The body of the next request.</summary>
    public string Next()
    {
        var number = Interlocked.Increment(ref _next);
        var entry = (byte[])lines[number % lines.Length].Clone();
        Rename(entry, number);
        return $$"""{"message": {"data": "{{Convert.ToBase64String(entry)}}", "messageId": "{{number}}", "publishTime": "2026-01-01T00:00:00Z"}, "subscription": "projects/p/subscriptions/davy"}""";
    }

    /// <summary>Puts the number into the end of its <c>insertId</c>.</summary>
    static void Rename(Span<byte> entry, long number)
    {
        var start = entry.IndexOf(Mark);
        if (start < 0) return;
        var value = entry[(start + Mark.Length)..];
        value = value[..value.IndexOf((byte)'"')];
        Span<byte> digits = stackalloc byte[20];
        number.TryFormat(digits, out var written, "D10", CultureInfo.InvariantCulture);
        digits[..Math.Min(written, value.Length)].CopyTo(value[^Math.Min(written, value.Length)..]);
    }
}
