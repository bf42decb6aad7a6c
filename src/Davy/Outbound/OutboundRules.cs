using System.Net;

namespace Davy.Outbound;

/// <summary>Where requests may go, and how long they may take.</summary>
public sealed record OutboundRules
{
    /// <summary>Hosts that may be asked although their addresses are not public.</summary>
    public AllowedHosts Allowed { get; init; } = AllowedHosts.None;

    /// <summary>Whether <c>http:</c> may be asked too, and not only <c>https:</c>; false unless said otherwise. Hosts that are allowed by name or address are no exception.</summary>
    public bool PlainHttp { get; init; }

    /// <summary>
    /// The proxy through which everything goes, <c>http://HOST:PORT</c>; null for none. The variables of the environment are not read, for with a proxy it is the proxy that
    /// resolves names: the guard then sees only addresses that stand in URLs, and names that are local by definition, and the rest is the proxy's to refuse.
    /// </summary>
    public Uri? Proxy { get; init; }

    /// <summary>How long connecting may take, the resolving of the name and TLS included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a request may take until its answer is there; where the body is read by itself, until the answer's headers are.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How names are resolved; the system's way unless a test says otherwise.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>How an address that was checked is connected to; a test may only note it.</summary>
    internal Func<IPEndPoint, CancellationToken, Task<Stream>> Connect { get; init; } = OutboundGuard.ConnectAsync;
}
