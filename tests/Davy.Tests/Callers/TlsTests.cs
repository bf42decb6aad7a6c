using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Davy.Server.Hosting;
using Davy.Tests.Api;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Callers;

/// <summary>The TLS listener: both protocols on one port, the certificate renewed under it.</summary>
public sealed class TlsTests : IDisposable
{
    const string Sources = "/v2/organizations/123/sources";

    readonly TemporaryFolder _folder = new();
    readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    async Task<RunningServer> StartAsync(TimeProvider? clock = null)
    {
        var (certificate, key) = _authority.Write(_folder, "first");
        return await RunningServer.StartAsync(clock, insecure: false, with: options => options with { TlsCertificate = certificate, TlsKey = key, TlsPort = 0 }, handler: RawGrpc.Trusting(_authority.Root));
    }

    async Task<string> NameOfCertificateAsync(RunningServer server, SslProtocols protocols = SslProtocols.None, Action<SslStream>? look = null)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, server.Http.Port, TestContext.Current.CancellationToken);
        await using SslStream tls = new(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = protocols,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { _authority.Root }, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
        }, TestContext.Current.CancellationToken);
        look?.Invoke(tls);
        return new X509Certificate2(tls.RemoteCertificate!).GetNameInfo(X509NameType.SimpleName, false);
    }

    [Fact]
    public async Task OnePortSpeaksBothProtocolsAndSendsItsChain()
    {
        await using var server = await StartAsync();
        var (_, token) = await server.TokenAsync("viewer");
        using RawGrpc grpc = new(server.Grpc, RawGrpc.Trusting(_authority.Root));
        Assert.Equal("https", server.Http.Scheme);
        Assert.Equal(server.Http, server.Grpc);

        server.Token = token;
        await server.DoAsync("GET", Sources);
        var status = await grpc.CallAsync("google.longrunning.Operations/GetOperation", $"Bearer {token}");
        Assert.Equal(StatusCode.InvalidArgument, status.StatusCode);
        Assert.Equal(StatusCode.Unauthenticated, (await grpc.CallAsync("google.longrunning.Operations/GetOperation", null)).StatusCode);

        Assert.Equal("first", await NameOfCertificateAsync(server, look: tls => Assert.Equal((SslApplicationProtocol.Http2, true), (tls.NegotiatedApplicationProtocol, tls.SslProtocol >= SslProtocols.Tls12))));
    }

    [Fact]
    public async Task ARenewedCertificateIsServedAndABrokenOneIsNot()
    {
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using var server = await StartAsync(clock);
        Assert.Equal("first", await NameOfCertificateAsync(server));

        var (_, key) = _authority.Write(_folder, "second");
        Assert.Equal("first", await NameOfCertificateAsync(server));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("second", await NameOfCertificateAsync(server));

        // Half of a renewal: the new certificate beside the old key; then the rest.
        var old = File.ReadAllText(key);
        _authority.Write(_folder, "third");
        var renewed = File.ReadAllText(key);
        File.WriteAllText(key, old);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("second", await NameOfCertificateAsync(server));
        File.WriteAllText(key, renewed);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("third", await NameOfCertificateAsync(server));

        File.Delete(key);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("third", await NameOfCertificateAsync(server));
    }

    [Fact]
    public async Task ClearTextAndOldProtocolsAreNotSpoken()
    {
        await using var server = await StartAsync();

        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, server.Http.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        using StreamReader reader = new(client.GetStream(), Encoding.Latin1);
        string answer;
        try
        {
            answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            answer = "";
        }

        Assert.DoesNotContain("HTTP/1.1 200", answer, StringComparison.Ordinal);

#pragma warning disable SYSLIB0039, CA5397 // That they are not spoken is what is tested.
        await Assert.ThrowsAnyAsync<Exception>(() => NameOfCertificateAsync(server, SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CA5397
    }

    [Theory]
    [InlineData("", "", "holds no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", null, "are no certificate and its private key")]
    [InlineData(null, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "are no certificate and its private key")]
    [InlineData(null, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", "passphrase")]
    [InlineData("GONE", null, "--tls-certificate: ")]
    [InlineData(null, "GONE", "--tls-key: ")]
    [InlineData("/dev/null", null, "holds no certificate")]
    public void WhatIsNoCertificateIsTold(string? certificate, string? key, string said)
    {
        var files = _authority.Write(_folder, "first");
        foreach (var (file, text) in new[] { (files.Certificate, certificate), (files.Key, key) })
        {
            if (text is "GONE") File.Delete(file);
            else if (text is "/dev/null") files.Certificate = text;
            else if (text is not null) File.WriteAllText(file, text);
        }

        var fault = Assert.Throws<OptionException>(() => new ServerCertificate(
            new() { StateDirectory = "/nonexistent", TlsCertificate = files.Certificate, TlsKey = files.Key }, TimeProvider.System, NullLogger<ServerCertificate>.Instance));

        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AAAA", fault.Message, StringComparison.Ordinal);
    }
}
