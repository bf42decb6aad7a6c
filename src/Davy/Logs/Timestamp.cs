using System.Globalization;

namespace Davy.Logs;

/// <summary>
/// A moment with nanoseconds, as Cloud Logging writes it: <c>DateTimeOffset</c> would drop the last two digits, and with them the entry's identity.
/// Mirrors google.protobuf.Timestamp (https://protobuf.dev/reference/protobuf/google.protobuf/#timestamp).
/// </summary>
/// <param name="Seconds">Seconds since 1970-01-01T00:00:00Z; negative before.</param>
/// <param name="Nanos">Nanoseconds within the second, 0 to 999,999,999.</param>
public readonly record struct Timestamp(long Seconds, int Nanos) : IComparable<Timestamp>
{
    /// <summary>The longest text that is a moment, in characters.</summary>
    internal const int LongestText = 40;

    const int NanosPerTick = 100;
    const long NanosPerSecond = 1_000_000_000;

    /// <summary>1970-01-01T00:00:00Z, which Security Command Center prints for "never".</summary>
    public static Timestamp Epoch => default;

    /// <summary>Reads RFC 3339 with up to nine fractional digits, with or without a zone (then UTC), with <c>T</c> or a blank between date and time; a leap second becomes the second before it.</summary>
    /// <param name="text">The text, for example <c>2025-05-06T01:05:31.417999Z</c>.</param>
    /// <param name="timestamp">The moment, where the text is one.</param>
    /// <returns>False where the text is no such moment.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Timestamp timestamp)
    {
        timestamp = default;
        if (text.Length is < 19 or > LongestText || text[10] is not ('T' or 't' or ' ')) return false;
        if (!Date(text[..10], out var date)) return false;
        if (text[13] != ':' || text[16] != ':') return false;
        if (!TwoDigits(text[11..13], 23, out var hour) || !TwoDigits(text[14..16], 59, out var minute) || !TwoDigits(text[17..19], 60, out var second)) return false;

        var rest = text[19..];
        if (!Fraction(ref rest, out var nanos) || !Zone(rest, out var offset)) return false;

        var days = date.DayNumber - new DateOnly(1970, 1, 1).DayNumber;
        timestamp = new(days * 86_400L + hour * 3_600 + minute * 60 + Math.Min(second, 59) - offset, nanos);
        return true;
    }

    /// <summary>The moment of a <see cref="DateTimeOffset"/>.</summary>
    /// <param name="moment">The moment.</param>
    /// <returns>The same moment.</returns>
    public static Timestamp From(DateTimeOffset moment) =>
        new(moment.ToUnixTimeSeconds(), (int)(moment.UtcTicks % TimeSpan.TicksPerSecond) * NanosPerTick);

    /// <summary>The difference to an earlier moment, in nanoseconds; clamped, never wrapped.</summary>
    /// <param name="earlier">The other moment.</param>
    /// <returns>Nanoseconds; negative where the other is later.</returns>
    public long NanosSince(Timestamp earlier)
    {
        var nanos = ((Int128)Seconds - earlier.Seconds) * NanosPerSecond + Nanos - earlier.Nanos;
        return (long)Int128.Clamp(nanos, long.MinValue, long.MaxValue);
    }

    /// <inheritdoc/>
    public int CompareTo(Timestamp other) => Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanos.CompareTo(other.Nanos);

    /// <summary>Earlier than.</summary>
    public static bool operator <(Timestamp left, Timestamp right) => left.CompareTo(right) < 0;

    /// <summary>Later than.</summary>
    public static bool operator >(Timestamp left, Timestamp right) => left.CompareTo(right) > 0;

    /// <summary>Not later than.</summary>
    public static bool operator <=(Timestamp left, Timestamp right) => left.CompareTo(right) <= 0;

    /// <summary>Not earlier than.</summary>
    public static bool operator >=(Timestamp left, Timestamp right) => left.CompareTo(right) >= 0;

    /// <summary>RFC 3339 in UTC with 0, 3, 6 or 9 fractional digits, as protobuf's JSON form has it.</summary>
    /// <returns>For example <c>2025-05-06T01:05:31.417999Z</c>.</returns>
    public override string ToString()
    {
        var moment = DateTimeOffset.UnixEpoch.AddSeconds(Math.Clamp(Seconds, -62_135_596_800, 253_402_300_799));
        var date = moment.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var fraction = Nanos switch
        {
            0 => "",
            _ when Nanos % 1_000_000 == 0 => $".{Nanos / 1_000_000:D3}",
            _ when Nanos % 1_000 == 0 => $".{Nanos / 1_000:D6}",
            _ => $".{Nanos:D9}",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{date}{fraction}Z");
    }

    static bool Date(ReadOnlySpan<char> text, out DateOnly date)
    {
        date = default;
        if (text[4] != '-' || text[7] != '-' || !TwoDigits(text[..2], 99, out var century) || !TwoDigits(text[2..4], 99, out var year)) return false;
        if (!TwoDigits(text[5..7], 12, out var month) || !TwoDigits(text[8..10], 31, out var day)) return false;

        year += century * 100;
        if (year == 0 || month == 0 || day == 0 || day > DateTime.DaysInMonth(year, month)) return false;
        date = new(year, month, day);
        return true;
    }

    static bool TwoDigits(ReadOnlySpan<char> text, int most, out int value)
    {
        value = 0;
        if (!char.IsAsciiDigit(text[0]) || !char.IsAsciiDigit(text[1])) return false;
        value = (text[0] - '0') * 10 + text[1] - '0';
        return value <= most;
    }

    static bool Fraction(ref ReadOnlySpan<char> rest, out int nanos)
    {
        nanos = 0;
        if (rest.IsEmpty || rest[0] is not ('.' or ',')) return true;

        var digits = 0;
        for (rest = rest[1..]; !rest.IsEmpty && char.IsAsciiDigit(rest[0]); rest = rest[1..])
        {
            if (digits++ < 9) nanos = nanos * 10 + rest[0] - '0';
        }

        for (var missing = digits; missing < 9; missing++) nanos *= 10;
        return digits > 0;
    }

    static bool Zone(ReadOnlySpan<char> rest, out int offset)
    {
        offset = 0;
        if (rest is "" or "Z" or "z" or " UTC") return true;
        if (rest.Length is not 6 || rest[0] is not ('+' or '-') || rest[3] != ':') return false;
        if (!TwoDigits(rest[1..3], 23, out var hours) || !TwoDigits(rest[4..6], 59, out var minutes)) return false;

        offset = (hours * 3_600 + minutes * 60) * (rest[0] == '-' ? -1 : 1);
        return true;
    }
}
