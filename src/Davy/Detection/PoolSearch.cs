using System.Buffers;
using Davy.Indicators;

namespace Davy.Detection;

/// <summary>Finds the hosts of known mining pools in a text. A pool's web site, an e-mail address there and a block list are no mining.</summary>
static class PoolSearch
{
    /// <summary>More domains than this, all without a port, are a list of pools and not the pools of a miner.</summary>
    const int MostWithoutPort = 3;

    static readonly SearchValues<char> WordEnds = SearchValues.Create(" \t\r\n\"'");

    static readonly string[] WebHosts = ["www", "api", "api2", "docs", "status", "dashboard"];

    /// <summary>The pools that a text names to mine at, each once.</summary>
    public static IReadOnlyList<PoolMention> In(string text, MiningPools pools)
    {
        if (!pools.MayBeIn(text)) return [];

        Dictionary<string, PoolMention> found = [];
        for (var start = 0; start < text.Length;)
        {
            var skip = text.AsSpan(start).IndexOfAny(MiningPools.HostCharacters);
            if (skip < 0) break;

            start += skip;
            var length = text.AsSpan(start).IndexOfAnyExcept(MiningPools.HostCharacters) is var stop and >= 0 ? stop : text.Length - start;
            if (MentionAt(text, start, start + length, pools) is { } mention && (!found.TryGetValue(mention.Pool.Domain, out var known) || (mention.HasPort && !known.HasPort)))
            {
                found[mention.Pool.Domain] = mention;
            }

            start += length;
        }

        return found.Count > MostWithoutPort && !found.Values.Any(mention => mention.HasPort) ? [] : [.. found.Values.OrderBy(mention => mention.Start)];
    }

    static PoolMention? MentionAt(string text, int start, int end, MiningPools pools)
    {
        var host = text.AsSpan(start, end - start);
        if (pools.Find(host) is not { } pool) return null;

        var hasPort = PortAfter(text, end) is var portEnd && portEnd > end;
        var before = text.AsSpan(0, start);
        if (before.EndsWith("://") && SchemeIsWeb(before[..^3])) return null;
        if (host.IndexOf('.') is var dot && WebHosts.Contains(host[..dot].ToString(), StringComparer.OrdinalIgnoreCase)) return null;

        var isUnderUser = before.EndsWith("@");
        if (isUnderUser && !hasPort && !HasSchemeBefore(before)) return null;

        // The bare domain is also what a block list or a text says; a miner names a host or a port.
        var isBare = !hasPort && !isUnderUser && !before.EndsWith("://") && host.TrimEnd('.').Length == pool.Domain.Length;
        return new(pool, start, portEnd, hasPort, pool.Confidence is Confidence.High && !isBare);
    }

    static int PortAfter(string text, int end)
    {
        if (end >= text.Length || text[end] != ':') return end;

        var stop = end + 1;
        while (stop < text.Length && stop - end <= 5 && char.IsAsciiDigit(text[stop])) stop++;
        return stop > end + 1 ? stop : end;
    }

    static bool SchemeIsWeb(ReadOnlySpan<char> before) => SchemeOf(before) is var scheme
        && (scheme.Equals("http", StringComparison.OrdinalIgnoreCase) || scheme.Equals("https", StringComparison.OrdinalIgnoreCase));

    static ReadOnlySpan<char> SchemeOf(ReadOnlySpan<char> before)
    {
        var start = before.Length;
        while (start > 0 && (char.IsAsciiLetterOrDigit(before[start - 1]) || before[start - 1] == '+')) start--;
        return before[start..];
    }

    /// <summary>Whether a user's name before a host stands in a URL; names are short, so only so far is looked.</summary>
    static bool HasSchemeBefore(ReadOnlySpan<char> before)
    {
        var near = before[Math.Max(0, before.Length - 300)..];
        var space = near.LastIndexOfAny(WordEnds);
        return near[(space + 1)..].Contains("://", StringComparison.Ordinal);
    }
}

/// <summary>A pool that a text names.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Start">Where its host begins.</param>
/// <param name="End">Where its host, or its port, ends.</param>
/// <param name="HasPort">Whether a port follows the host.</param>
/// <param name="IsStrong">Whether it is enough alone.</param>
readonly record struct PoolMention(MiningPool Pool, int Start, int End, bool HasPort, bool IsStrong);
