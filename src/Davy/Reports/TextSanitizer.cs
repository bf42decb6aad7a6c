using System.Buffers;
using System.Globalization;
using System.Text;

namespace Davy.Reports;

/// <summary>
/// Makes hostile text safe to show: what could move the cursor, turn the reading order, hide, or flood its line is shown as <c>\u{202E}</c>.
/// Every report for people shows every value through it.
/// </summary>
public static class TextSanitizer
{
    /// <summary>How many characters a value may take where nothing else is said.</summary>
    public const int DefaultLength = 256;

    /// <summary>How many combining marks may follow one another; real scripts need no more.</summary>
    public const int MarksInARow = 4;

    const char Cut = '…';

    /// <summary>Letters, marks and symbols that show nothing at all, though no category says so: fillers, joiners, variation selectors and the blank Braille pattern.</summary>
    static readonly SearchValues<char> Invisible = SearchValues.Create(
        "\u034F\u115F\u1160\u17B4\u17B5\u180B\u180C\u180D\u180F\u2800\u3164\uFE00\uFE01\uFE02\uFE03\uFE04\uFE05\uFE06\uFE07\uFE08\uFE09\uFE0A\uFE0B\uFE0C\uFE0D\uFE0E\uFE0F\uFFA0");

    /// <summary>The text as it may be shown.</summary>
    /// <param name="text">Any text, also one that is no valid UTF-16.</param>
    /// <param name="length">How many UTF-16 characters the answer may take, at least 1; a longer text is cut, and ends with <c>…</c>.</param>
    /// <returns>The same instance where there is nothing to do.</returns>
    public static string Clean(string text, int length = DefaultLength) =>
        text.Length <= length && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? text : Rewrite(text, length);

    /// <summary>Whether a character is shown escaped wherever it stands.</summary>
    /// <param name="rune">The character.</param>
    /// <returns>True for controls, formats (bidirectional, zero-width, tags), line and paragraph separators, what is private, unassigned or invisible.</returns>
    public static bool IsEscaped(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate => true,
        _ => rune.IsBmp ? Invisible.Contains((char)rune.Value) : rune.Value is >= 0xE0100 and <= 0xE01EF,
    };

    static string Rewrite(string text, int length)
    {
        var shown = new StringBuilder(Math.Min(text.Length, length) + 16);
        var marks = MarksInARow; // A mark without a letter before it would sit on what we wrote ourselves.
        var fits = 0;            // Where to cut, should the rest not fit.

        for (var at = 0; at < text.Length;)
        {
            var whole = Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var taken) is OperationStatus.Done;
            marks = whole && IsMark(rune) ? marks + 1 : 0;

            if (!whole) Escape(shown, text[at]);
            else if (IsEscaped(rune) || marks > MarksInARow) Escape(shown, rune.Value);
            else shown.Append(text, at, taken);

            if (shown.Length > length) return shown.Append(Cut, 1).Remove(fits, shown.Length - fits - 1).ToString();
            if (shown.Length < length) fits = shown.Length;
            at += taken;
        }

        return shown.ToString();
    }

    static void Escape(StringBuilder shown, int codePoint) => shown.Append(CultureInfo.InvariantCulture, $"\\u{{{codePoint:X}}}");

    static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;
}
