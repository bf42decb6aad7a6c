using System.Globalization;

namespace Davy.Findings.Filtering;

/// <summary>The IPv4 addresses that share their first bits, in the notation of RFC 4632, for example <c>10.0.0.0/8</c>.</summary>
/// <param name="First">The lowest address; the bits after the prefix are 0.</param>
/// <param name="Prefix">How many bits are shared, 0 to 32.</param>
public readonly record struct Ipv4Network(uint First, int Prefix)
{
    /// <summary>The highest address.</summary>
    public uint Last => First | (Prefix == 0 ? uint.MaxValue : (uint)((1UL << (32 - Prefix)) - 1));

    /// <summary>Reads a network, or an address, which is a network of one. Bits after the prefix are cleared.</summary>
    /// <param name="text">The text.</param>
    /// <param name="network">The network, where the text is one.</param>
    /// <returns>False where the text is no IPv4 network.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv4Network network)
    {
        network = default;
        var slash = text.IndexOf('/');
        var prefix = 32;
        if (slash >= 0 && (!int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > 32)) return false;
        if (!TryParseAddress(slash < 0 ? text : text[..slash], out var address)) return false;

        network = new(prefix == 0 ? 0 : address & (uint.MaxValue << (32 - prefix)), prefix);
        return true;
    }

    /// <summary>Whether a text is an address of this network: four decimal numbers up to 255 without leading zeros.</summary>
    /// <param name="text">The text.</param>
    /// <returns>False for every other text, host names and IPv6 too.</returns>
    public bool Contains(ReadOnlySpan<char> text) => TryParseAddress(text, out var address) && address >= First && address <= Last;

    /// <summary>The notation of RFC 4632.</summary>
    /// <returns>For example <c>10.0.0.0/8</c>.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{First >> 24}.{First >> 16 & 255}.{First >> 8 & 255}.{First & 255}/{Prefix}");

    static bool TryParseAddress(ReadOnlySpan<char> text, out uint address)
    {
        address = 0;
        var count = 0;
        foreach (var part in text.Split('.'))
        {
            var octet = text[part];
            if (++count > 4 || octet.Length is < 1 or > 3 || octet.ContainsAnyExceptInRange('0', '9') || octet.Length > 1 && octet[0] == '0') return false;
            var value = uint.Parse(octet, NumberStyles.None, CultureInfo.InvariantCulture);
            if (value > 255) return false;
            address = address << 8 | value;
        }

        return count == 4;
    }
}
