using System.Net;
using System.Net.Sockets;

namespace Davy.Outbound;

/// <summary>
/// Makes clients whose requests reach the public Internet only, and what is allowed beside it. The guard resolves names itself and connects to the very address that it
/// checked, so a name that changes between the two (DNS rebinding) changes nothing, and so does no spelling of an address. Redirects are answers like others: whoever
/// follows one sends a new request, which is checked again. No cookies, no compression, no credentials, no tracing headers are added.
/// </summary>
public static class OutboundGuard
{
    const int MostAddresses = 8;
    const int MostHeaderKilobytes = 32;

    static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);
    static readonly string[] LocalNames = ["localhost", "localdomain", "local", "internal", "lan", "home.arpa"];

    /// <summary>Makes a client.</summary>
    /// <param name="rules">Where its requests may go.</param>
    /// <returns>The client; whoever asks for it disposes of it. What it throws where a request is refused is a <see cref="RefusedRequestException"/>.</returns>
    public static HttpClient Client(OutboundRules rules) => new(Handler(rules)) { Timeout = rules.Timeout };

    /// <summary>Makes a handler for clients of the caller's own making.</summary>
    /// <param name="rules">Where requests may go.</param>
    /// <returns>The handler.</returns>
    public static HttpMessageHandler Handler(OutboundRules rules) => new RequestCheck(rules)
    {
        InnerHandler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectCallback = (context, cancel) => ConnectAsync(context.DnsEndPoint, rules, cancel),
            ConnectTimeout = rules.ConnectTimeout,
            MaxResponseHeadersLength = MostHeaderKilobytes,
            PooledConnectionLifetime = ConnectionLifetime,
            Proxy = rules.Proxy is { } proxy ? new WebProxy(proxy) : null,
            UseCookies = false,
            UseProxy = rules.Proxy is not null,
        },
    };

    /// <summary>Why a host may not be asked, as far as its spelling tells; null where it may, or where its addresses must tell.</summary>
    internal static string? WhyNot(Uri uri, OutboundRules rules)
    {
        if (uri.Scheme != Uri.UriSchemeHttps && !(rules.PlainHttp && uri.Scheme == Uri.UriSchemeHttp)) return $"The request to {uri.IdnHost} is not sent: its URL must begin with https:.";
        if (uri.UserInfo.Length > 0) return $"The request to {uri.IdnHost} is not sent: its URL holds a user name or password.";
        if (rules.Proxy is null || rules.Allowed.HasName(uri.IdnHost)) return null;

        // The proxy connects, so only what is written can be checked.
        var host = uri.IdnHost.TrimEnd('.');
        if (IPAddress.TryParse(host, out var address)) return Refused(uri.IdnHost, address, rules);
        return LocalNames.Any(local => host.Equals(local, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + local, StringComparison.OrdinalIgnoreCase)) || !host.Contains('.', StringComparison.Ordinal)
            ? $"The request to {uri.IdnHost} is not sent: the name is one of a local network. Allow the host if it is meant."
            : null;
    }

    static string? Refused(string host, IPAddress address, OutboundRules rules) =>
        PublicAddresses.WhyNot(address) is { } what && !rules.Allowed.HasAddress(address)
            ? $"The request to {host} is not sent: the address {address} is {what}. Allow the host or the address if it is meant."
            : null;

    static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, OutboundRules rules, CancellationToken cancel)
    {
        var resolved = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await rules.Resolve(target.Host, cancel);

        // Every request goes to the proxy where there is one, and the proxy is the operator's choice.
        var open = rules.Proxy is not null || rules.Allowed.HasName(target.Host) ? resolved : [.. resolved.Where(address => Refused(target.Host, address, rules) is null)];
        if (open.Length == 0)
        {
            throw resolved is [var first, ..] ? new RefusedRequestException(Refused(target.Host, first, rules)!) : new SocketException((int)SocketError.HostNotFound);
        }

        var tried = open.Length > MostAddresses ? open[..MostAddresses] : open;
        for (var place = 0; ; place++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(rules.ConnectTimeout / tried.Length);
            try
            {
                return await rules.Connect(new(tried[place], target.Port), limit.Token);
            }
            catch (Exception fault) when (fault is SocketException or OperationCanceledException && !cancel.IsCancellationRequested)
            {
                // The next address may answer.
                if (place == tried.Length - 1) throw fault is SocketException ? fault : new SocketException((int)SocketError.TimedOut);
            }
        }
    }

    /// <summary>Connects, to this address and no other.</summary>
    internal static async Task<Stream> ConnectAsync(IPEndPoint target, CancellationToken cancel)
    {
        Socket socket = new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    sealed class RequestCheck(OutboundRules rules) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri is { IsAbsoluteUri: true } uri && WhyNot(uri, rules) is { } fault) throw new RefusedRequestException(fault);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException wrapped) when (wrapped.InnerException is RefusedRequestException refused)
            {
                throw refused;
            }
        }
    }
}
