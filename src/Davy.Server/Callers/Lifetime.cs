using System.Globalization;

namespace Davy.Server.Callers;

/// <summary>For how long a token is good, as the command line says it: <c>90d</c>, <c>12h</c>, <c>30m</c>, <c>never</c>.</summary>
static class Lifetime
{
    /// <summary>What is understood, for messages.</summary>
    public const string Forms = "a number of days (90d), hours (12h) or minutes (30m) of at most 3,650 days, or 'never'";

    static readonly TimeSpan Longest = TimeSpan.FromDays(3_650);

    /// <summary>Reads it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lifetime">How long; null for ever.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, out TimeSpan? lifetime)
    {
        lifetime = null;
        if (text == "never") return true;
        if (text.Length is < 2 or > 8 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;

        lifetime = text[^1] switch
        {
            'd' => TimeSpan.FromDays(number),
            'h' => TimeSpan.FromHours(number),
            'm' => TimeSpan.FromMinutes(number),
            _ => TimeSpan.Zero,
        };
        return lifetime > TimeSpan.Zero && lifetime <= Longest;
    }
}
