using System.Net.Security;
using Grpc.Core;
using Grpc.Net.Client;

namespace Davy.Tests.Callers;

/// <summary>gRPC calls of any method with any bytes.</summary>
sealed class RawGrpc(Uri address, HttpMessageHandler? handler = null) : IDisposable
{
    static readonly Marshaller<byte[]> Bytes = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);

    readonly GrpcChannel _channel = GrpcChannel.ForAddress(address, new() { HttpHandler = handler, DisposeHttpClient = true });

    /// <summary>A handler that trusts one authority alone.</summary>
    /// <param name="authority">The authority's certificate.</param>
    public static SocketsHttpHandler Trusting(System.Security.Cryptography.X509Certificates.X509Certificate2 authority) => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new() { TrustMode = System.Security.Cryptography.X509Certificates.X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck },
        },
    };

    /// <summary>Calls a method; the status it ends with.</summary>
    /// <param name="method">Its full name: <c>google.longrunning.Operations/GetOperation</c>.</param>
    /// <param name="authorization">The metadata <c>authorization</c>; null for none.</param>
    /// <param name="message">The message; empty where none is given.</param>
    public async Task<Status> CallAsync(string method, string? authorization, byte[]? message = null)
    {
        var slash = method.IndexOf('/', StringComparison.Ordinal);
        Method<byte[], byte[]> described = new(MethodType.Unary, method[..slash], method[(slash + 1)..], Bytes, Bytes);
        Metadata headers = [];
        if (authorization is not null) headers.Add("authorization", authorization);
        try
        {
            await _channel.CreateCallInvoker().AsyncUnaryCall(described, null, new(headers, cancellationToken: TestContext.Current.CancellationToken), message ?? []);
            return Status.DefaultSuccess;
        }
        catch (RpcException fault)
        {
            return fault.Status;
        }
    }

    public void Dispose() => _channel.Dispose();
}
