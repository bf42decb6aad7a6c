using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;

namespace Davy.Indicators;

/// <summary>The mining pools of <c>pools.json</c>, found by the name of a host. No name is ever resolved.</summary>
public sealed class MiningPools
{
    /// <summary>The characters that the name of a host is made of.</summary>
    internal static readonly SearchValues<char> HostCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    readonly FrozenDictionary<string, MiningPool> _pools;
    readonly FrozenDictionary<string, MiningPool>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    MiningPools(IEnumerable<MiningPool> pools)
    {
        _pools = pools.ToFrozenDictionary(pool => pool.Domain, StringComparer.OrdinalIgnoreCase);
        _lookup = _pools.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The pools, in no order.</summary>
    public IReadOnlyCollection<MiningPool> All => _pools.Values;

    /// <summary>The pool that a host belongs to: the domain itself or a name below it, never a longer word that ends so.</summary>
    /// <param name="host">The host's name, in any case, without scheme, user or port.</param>
    /// <returns>The pool; null where it is none.</returns>
    public MiningPool? Find(ReadOnlySpan<char> host)
    {
        for (var rest = host.TrimEnd('.'); rest.Contains('.');)
        {
            if (_lookup.TryGetValue(rest, out var pool)) return pool;
            rest = rest[(rest.IndexOf('.') + 1)..];
        }

        return null;
    }

    /// <summary>Whether a text names the host of a pool.</summary>
    /// <param name="text">A command line or value.</param>
    public bool MayBeIn(ReadOnlySpan<char> text)
    {
        for (var rest = text; rest.IndexOf('.') is var dot and >= 0;)
        {
            var start = rest[..dot].LastIndexOfAnyExcept(HostCharacters) + 1;
            var length = rest[dot..].IndexOfAnyExcept(HostCharacters) is var stop and >= 0 ? stop : rest.Length - dot;
            if (Find(rest[start..(dot + length)]) is not null) return true;
            rest = rest[(dot + length)..];
        }

        return false;
    }

    internal static MiningPools Parse(JsonElement file) => new(file.GetProperty("pools").EnumerateArray().Select(json =>
    {
        var domain = json.Text("domain"u8);
        return new MiningPool(domain, MiningCommands.ConfidenceOf(domain, json), MiningCommands.SourcesOf(domain, json, file));
    }));
}

/// <summary>A mining pool.</summary>
/// <param name="Domain">Its domain, or the one host of a domain that mines: <c>supportxmr.com</c>, <c>pool.verus.io</c>.</param>
/// <param name="Confidence">High: enough alone. Medium: needs company.</param>
/// <param name="Sources">Who lists it; never empty.</param>
public sealed record MiningPool(string Domain, Confidence Confidence, IReadOnlyList<IndicatorSource> Sources);
