using System.Globalization;

namespace Davy.Logs;

/// <summary>Where an entry stood in what was read.</summary>
/// <param name="Input">The name of the input as the user gave or the walk found it; <c>-</c> for standard input.</param>
/// <param name="Line">The line its first byte stands on, from 1; for a compressed input a line of the decompressed text.</param>
/// <param name="Byte">The offset of its first byte, from 0; for a compressed input an offset in the decompressed text.</param>
public readonly record struct EntryLocation(string Input, long Line, long Byte)
{
    /// <summary>Whether it names a message: the same for each delivery of it, and nothing else ever stands there.</summary>
    public bool IsOfMessage { get; private init; }

    /// <summary>The place of what a message carries.</summary>
    /// <param name="message">What tells the message from others.</param>
    /// <returns>The place.</returns>
    public static EntryLocation OfMessage(string message) => new(message, 1, 0) { IsOfMessage = true };

    /// <summary>The same place with its line put right.</summary>
    /// <param name="first">The line that <see cref="Checkpoint.UnknownLine"/> was.</param>
    internal EntryLocation WithLines(long first) => this with { Line = Checkpoint.LineOf(Line, first) };

    /// <summary>Reads what <see cref="ToString"/> wrote; any other text is the name of an input.</summary>
    internal static EntryLocation Read(string text)
    {
        var last = text.LastIndexOf(':');
        var first = last > 0 ? text.LastIndexOf(':', last - 1) : -1;
        return first >= 0 && long.TryParse(text.AsSpan(first + 1, last - first - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var line)
            && long.TryParse(text.AsSpan(last + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? new(text[..first], line, place) : new(text, 0, 0);
    }

    /// <summary>The form that editors and grep understand, and the byte.</summary>
    /// <returns><c>input:line:byte</c>.</returns>
    public override string ToString() => $"{Input}:{Line}:{Byte}";
}
