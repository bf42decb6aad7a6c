using System.Globalization;
using System.Text.RegularExpressions;

namespace Davy.Google;

/// <summary>A time that a person writes as one, <c>2026-01-31</c> or <c>2026-01-31T12:00:00Z</c>, or as how long ago it was, <c>400d</c>, <c>12h</c>, <c>30m</c>.</summary>
public readonly partial record struct LogMoment
{
    readonly TimeSpan? _ago;
    readonly DateTimeOffset _at;

    LogMoment(TimeSpan? ago, DateTimeOffset at) => (_ago, _at) = (ago, at);

    /// <summary>Reads one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="moment">The time, where the text is one.</param>
    public static bool TryParse(string text, out LogMoment moment)
    {
        if (Ago().Match(text) is { Success: true } ago)
        {
            var number = int.Parse(ago.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
            moment = new(ago.Groups[2].Value switch { "d" => TimeSpan.FromDays(number), "h" => TimeSpan.FromHours(number), _ => TimeSpan.FromMinutes(number) }, default);
            return true;
        }

        var isOne = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) && Dated().IsMatch(text);
        moment = new(null, at);
        return isOne;
    }

    /// <summary>The time itself.</summary>
    /// <param name="now">What "ago" is counted from.</param>
    public DateTimeOffset From(DateTimeOffset now) => _ago is { } ago ? now - ago : _at;

    /// <summary>A time as Cloud Logging reads it: RFC 3339 in UTC.</summary>
    public static string Write(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A([0-9]{1,5})([dhm])\z")]
    private static partial Regex Ago();

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2}))?\z")]
    private static partial Regex Dated();
}
