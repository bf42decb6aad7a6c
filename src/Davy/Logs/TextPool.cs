using System.Runtime.InteropServices;
using System.Text;

namespace Davy.Logs;

/// <summary>
/// The texts that a thread made last: logs say the same names of projects, methods, people and images in entry after entry, and what was made once need not be made again. It is bounded,
/// and gives only what is equal byte for byte.
/// </summary>
sealed class TextPool
{
    const int Slots = 1024;

    /// <summary>Longer texts seldom come again, in characters.</summary>
    const int LongestKept = 96;

    [ThreadStatic]
    static TextPool? _ofThread;

    readonly string?[] _texts = new string?[Slots];

    /// <summary>The text of some bytes.</summary>
    /// <param name="ascii">ASCII alone.</param>
    public static string Of(ReadOnlySpan<byte> ascii)
    {
        if (ascii.IsEmpty) return "";
        return ascii.Length > LongestKept ? Encoding.Latin1.GetString(ascii) : (_ofThread ??= new()).Find(ascii);
    }

    /// <summary>The text of some characters.</summary>
    public static string Of(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return "";
        return text.Length > LongestKept ? text.ToString() : (_ofThread ??= new()).Find(text);
    }

    string Find(ReadOnlySpan<char> text)
    {
        ref var kept = ref _texts[Slot(MemoryMarshal.AsBytes(text))];
        if (kept is not null && text.SequenceEqual(kept)) return kept;
        return kept = text.ToString();
    }

    string Find(ReadOnlySpan<byte> ascii)
    {
        ref var kept = ref _texts[Slot(ascii)];
        if (kept is not null && Ascii.Equals(ascii, kept)) return kept;
        return kept = Encoding.Latin1.GetString(ascii);
    }

    /// <summary>Whoever makes two texts meet makes the pool forget one of them, no more.</summary>
    static int Slot(ReadOnlySpan<byte> text)
    {
        var hash = (uint)text.Length;
        for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..]) hash = Mixed(hash, BitConverter.ToUInt64(text));
        ulong rest = 0;
        foreach (var last in text) rest = (rest << 8) | last;
        return (int)(Mixed(hash, rest) % Slots);
    }

    static uint Mixed(uint hash, ulong bytes)
    {
        var mixed = (hash ^ bytes) * 0x9E3779B97F4A7C15;
        return (uint)(mixed >> 32);
    }
}
