using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Davy.Server.Hosting;

/// <summary>
/// The listeners. With TLS there is one, where a connection says which protocol it speaks (ALPN). Without, it cannot say so: HTTP/1.1 and HTTP/2 each have a port.
/// </summary>
static class Listeners
{
    /// <summary>Adds the listeners and their limits.</summary>
    /// <param name="kestrel">The web server.</param>
    /// <param name="options">What the program was told.</param>
    public static void Add(KestrelServerOptions kestrel, ServerOptions options)
    {
        // A line ends with CR LF. Where a line feed alone ended one, a proxy in front could see another request than the server does.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        kestrel.AddServerHeader = false;
        var limits = options.Limits;
        kestrel.Limits.MaxRequestBodySize = ServerLimits.BodyBytes;
        kestrel.Limits.MaxRequestLineSize = ServerLimits.RequestLineBytes;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = kestrel.Limits.MaxRequestHeadersTotalSize;
        kestrel.Limits.MaxConcurrentConnections = limits.Connections;
        kestrel.Limits.RequestHeadersTimeout = limits.Headers;
        kestrel.Limits.MinRequestBodyDataRate = kestrel.Limits.MinResponseDataRate = new(ServerLimits.BytesASecond, limits.Patience);
        if (options.TlsCertificate is not null)
        {
            var certificate = kestrel.ApplicationServices.GetRequiredService<ServerCertificate>();
            kestrel.Listen(options.Address, options.TlsPort, listener =>
            {
                listener.Protocols = HttpProtocols.Http1AndHttp2;
                listener.UseHttps(https =>
                {
                    https.HandshakeTimeout = limits.Headers;
                    https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                    https.ServerCertificate = certificate.Current.TargetCertificate;
                    https.OnAuthenticate = (_, tls) => tls.ServerCertificateContext = certificate.Current;
                });
                listener.RequireFirstByte(limits.Headers);
            });
            return;
        }

        foreach (var (port, protocols) in new[] { (options.HttpPort, HttpProtocols.Http1), (options.GrpcPort, HttpProtocols.Http2) })
        {
            kestrel.Listen(options.Address, port, listener =>
            {
                listener.Protocols = protocols;
                listener.RequireFirstByte(limits.Headers);
            });
        }
    }
}
