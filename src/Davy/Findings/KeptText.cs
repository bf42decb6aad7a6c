namespace Davy.Findings;

/// <summary>Text from outside, as it can be kept: PostgreSQL has no NUL in a text, and half of a surrogate pair has no UTF-8.</summary>
static class KeptText
{
    const int Longest = 8_192;

    /// <summary>The text, at most 8,192 characters of it, with U+FFFD for what cannot be kept.</summary>
    public static string Of(string text)
    {
        var kept = text.Length > Longest ? text[..Longest] : text;
        if (!kept.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !kept.Contains('\0', StringComparison.Ordinal)) return kept;
        return string.Concat(kept.EnumerateRunes().Select(rune => rune.Value == 0 ? "\uFFFD" : rune.ToString()));
    }
}
