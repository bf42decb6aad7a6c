using System.Net;
using System.Net.Sockets;

namespace Davy.Outbound;

/// <summary>
/// Tells addresses of the public Internet from all others. The ranges are those of IANA's registries of special-purpose addresses
/// (https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry), and addresses at which a cloud serves its
/// own machines.
/// </summary>
public static class PublicAddresses
{
    static readonly (IPNetwork Range, string What)[] ClosedV4 =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "unspecified"),
        (IPNetwork.Parse("10.0.0.0/8"), "private"),
        (IPNetwork.Parse("100.64.0.0/10"), "shared by a carrier (CGNAT)"),
        (IPNetwork.Parse("127.0.0.0/8"), "loopback"),
        (IPNetwork.Parse("168.63.129.16/32"), "a cloud's own service"),
        (IPNetwork.Parse("169.254.0.0/16"), "link-local (metadata servers are there)"),
        (IPNetwork.Parse("172.16.0.0/12"), "private"),
        (IPNetwork.Parse("192.0.0.0/24"), "reserved for protocols"),
        (IPNetwork.Parse("192.0.2.0/24"), "for documentation"),
        (IPNetwork.Parse("192.88.99.0/24"), "a relay of 6to4"),
        (IPNetwork.Parse("192.168.0.0/16"), "private"),
        (IPNetwork.Parse("198.18.0.0/15"), "for benchmarks"),
        (IPNetwork.Parse("198.51.100.0/24"), "for documentation"),
        (IPNetwork.Parse("203.0.113.0/24"), "for documentation"),
        (IPNetwork.Parse("224.0.0.0/4"), "multicast"),
        (IPNetwork.Parse("240.0.0.0/4"), "reserved"),
    ];

    static readonly (IPNetwork Range, string What)[] ClosedV6 =
    [
        (IPNetwork.Parse("::/128"), "unspecified"),
        (IPNetwork.Parse("::1/128"), "loopback"),
        (IPNetwork.Parse("::/96"), "compatible with IPv4"),
        (IPNetwork.Parse("64:ff9b::/96"), "translated to IPv4 (NAT64)"),
        (IPNetwork.Parse("64:ff9b:1::/48"), "translated to IPv4 (NAT64)"),
        (IPNetwork.Parse("2001::/32"), "tunnelled to IPv4 (Teredo)"),
        (IPNetwork.Parse("2001::/23"), "reserved for protocols"),
        (IPNetwork.Parse("2001:db8::/32"), "for documentation"),
        (IPNetwork.Parse("2002::/16"), "tunnelled to IPv4 (6to4)"),
        (IPNetwork.Parse("3fff::/20"), "for documentation"),
        (IPNetwork.Parse("fc00::/7"), "private"),
        (IPNetwork.Parse("fe80::/10"), "link-local"),
        (IPNetwork.Parse("fec0::/10"), "site-local"),
        (IPNetwork.Parse("ff00::/8"), "multicast"),
    ];

    // All that IANA has given out for the Internet so far.
    static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Why an address is not one of the public Internet.</summary>
    /// <param name="address">The address. One of IPv4 that is written as IPv6 (<c>::ffff:0:0/96</c>) is judged as IPv4.</param>
    /// <returns>A few words, such as <c>private</c>; null where it is public.</returns>
    public static string? WhyNot(IPAddress address)
    {
        var plain = Plain(address);
        if (plain.AddressFamily is AddressFamily.InterNetwork) return Closed(ClosedV4, plain);
        if (plain.AddressFamily is not AddressFamily.InterNetworkV6) return "of no known family";
        return Closed(ClosedV6, plain) ?? (GlobalUnicast.Contains(plain) ? null : "not given out for the Internet");
    }

    /// <summary>An address without its scope, and as IPv4 where it is one written as IPv6.</summary>
    internal static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.AddressFamily is AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new(address.GetAddressBytes())
        : address;

    /// <summary>The IPv4 address that a NAT64 gateway makes of an address with the well-known prefix (https://www.rfc-editor.org/rfc/rfc6052); null for all others.</summary>
    internal static IPAddress? BehindNat64(IPAddress address) =>
        Nat64.Contains(address) ? new(address.GetAddressBytes().AsSpan(12)) : null;

    static string? Closed((IPNetwork Range, string What)[] ranges, IPAddress address)
    {
        foreach (var (range, what) in ranges)
        {
            if (range.Contains(address)) return what;
        }

        return null;
    }
}
