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
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 16 * 1024 * 1024;
        kestrel.Limits.MaxConcurrentConnections = 1000;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        if (options.TlsCertificate is not null)
        {
            var certificate = kestrel.ApplicationServices.GetRequiredService<ServerCertificate>();
            kestrel.Listen(options.Address, options.TlsPort, listener =>
            {
                listener.Protocols = HttpProtocols.Http1AndHttp2;
                listener.UseHttps(https =>
                {
                    https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                    https.ServerCertificate = certificate.Current.TargetCertificate;
                    https.OnAuthenticate = (_, tls) => tls.ServerCertificateContext = certificate.Current;
                });
            });
            return;
        }

        kestrel.Listen(options.Address, options.HttpPort, listener => listener.Protocols = HttpProtocols.Http1);
        kestrel.Listen(options.Address, options.GrpcPort, listener => listener.Protocols = HttpProtocols.Http2);
    }
}
