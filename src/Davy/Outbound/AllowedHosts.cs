using System.Globalization;
using System.Net;

namespace Davy.Outbound;

/// <summary>
/// Hosts that may be asked although their addresses are not public: by name (<c>hooks.example.com</c>), by all names below one (<c>*.corp.example.com</c>), by address
/// (<c>10.1.2.3</c>, <c>fd00::1</c>) or by range (<c>10.1.0.0/16</c>).
/// </summary>
public sealed class AllowedHosts
{
    readonly HashSet<string> _names;
    readonly string[] _below;
    readonly IPNetwork[] _ranges;

    AllowedHosts(HashSet<string> names, string[] below, IPNetwork[] ranges) => (_names, _below, _ranges) = (names, below, ranges);

    /// <summary>None: only the public Internet.</summary>
    public static AllowedHosts None { get; } = new([], [], []);

    /// <summary>Reads a list.</summary>
    /// <param name="entries">The entries, in the forms above. Names count without regard to case.</param>
    /// <returns>The hosts.</returns>
    /// <exception cref="FormatException">An entry is in none of the forms; the message is a sentence that shows it.</exception>
    public static AllowedHosts Parse(IEnumerable<string> entries)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        List<string> below = [];
        List<IPNetwork> ranges = [];
        foreach (var entry in entries)
        {
            if (IPNetwork.TryParse(entry, out var range)) ranges.Add(range);
            else if (IPAddress.TryParse(entry, out var address) && !entry.Contains('%', StringComparison.Ordinal)) ranges.Add(Alone(PublicAddresses.Plain(address)));
            else if (entry.StartsWith("*.", StringComparison.Ordinal) && NameOf(entry[2..]) is { } parent) below.Add("." + parent);
            else if (NameOf(entry) is { } name) names.Add(name);
            else throw new FormatException($"'{entry}' is no host: it must be a name, '*.' and a name, an address, or a range such as 10.1.0.0/16.");
        }

        return new(names, [.. below], [.. ranges]);
    }

    /// <summary>Whether a host may be asked by its name, whatever its addresses.</summary>
    /// <param name="host">The name, as it stands in the URL.</param>
    public bool HasName(string host)
    {
        if (_names.Count == 0 && _below.Length == 0) return false;
        return NameOf(host) is { } name && (_names.Contains(name) || _below.Any(parent => name.EndsWith(parent, StringComparison.Ordinal)));
    }

    /// <summary>Whether an address may be asked although it is not public.</summary>
    /// <param name="address">The address.</param>
    public bool HasAddress(IPAddress address)
    {
        var plain = PublicAddresses.Plain(address);
        if (!_ranges.Any(range => range.Contains(plain))) return false;

        // Whoever allows the prefix of a NAT64 gateway means the Internet behind it, not the gateway's own network.
        return PublicAddresses.BehindNat64(plain) is not { } behind || PublicAddresses.WhyNot(behind) is null || HasAddress(behind);
    }

    static IPNetwork Alone(IPAddress address) => new(address, address.GetAddressBytes().Length * 8);

    static string? NameOf(string host)
    {
        var name = host.TrimEnd('.');
        if (name.Length is 0 or > 253) return null;
        try
        {
            name = new IdnMapping { AllowUnassigned = false }.GetAscii(name).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }

        return name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_') ? name : null;
    }
}
