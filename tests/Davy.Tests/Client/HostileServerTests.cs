using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Davy.Cli.Client;
using Davy.Cli.Commands;

namespace Davy.Tests.Client;

/// <summary>A server that is not what it seems: the client ends, in bounded time and memory, with a word on it, and its token goes nowhere else.</summary>
public sealed class HostileServerTests
{
    static readonly ServerSettings WithToken = new() { Token = ClientRun.Token };

    static string Samples => RepositoryRoot.File("samples");

    static (int Code, string Out, string Error) ScanTo(string address, params string[] more) => ClientRun.Here(WithToken, "", ["scan", Samples, "--quiet", "--to", address, .. more]);

    static (int Code, string Out, string Error) Hurried(string address) => ClientRun.Hurried(WithToken, "", "scan", Samples, "--quiet", "--to", address);

    [Fact]
    public async Task TheTokenIsSentToTheServerThatWasNamed()
    {
        await using RawServer server = new(RawServer.Answer("200 OK", """{"findings":{"created":2}}"""));

        Assert.Equal((ExitCode.Found, ""), ScanTo(server.Address) is var (code, _, error) ? (code, error) : default);

        var request = Assert.Single(server.Requests);
        Assert.StartsWith("POST /davy/v1/scans HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains($"Authorization: Bearer {ClientRun.Token}\r\n", request, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/x-ndjson\r\n", request, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("301 Moved Permanently")]
    [InlineData("302 Found")]
    [InlineData("307 Temporary Redirect")]
    [InlineData("308 Permanent Redirect")]
    public async Task ARedirectIsNotFollowed(string status)
    {
        await using RawServer other = new(RawServer.Answer("200 OK", "{}"));
        await using RawServer server = new(RawServer.Answer(status, "", headers: $"Location: {other.Address}/davy/v1/scans\r\n"));

        var (code, _, error) = ScanTo(server.Address);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains($"sends elsewhere, to {other.Address}", error, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("503 Service Unavailable")]
    [InlineData("429 Too Many Requests")]
    [InlineData("502 Bad Gateway")]
    public async Task WhatPassesIsTriedAgain(string status)
    {
        var count = 0;
        await using RawServer server = new((_, stream, cancel) => stream.WriteAsync(Encoding.UTF8.GetBytes(Interlocked.Increment(ref count) < 3
            ? RawServer.Answer(status, "", headers: "Retry-After: 0\r\n")
            : RawServer.Answer("200 OK", "{}")), cancel).AsTask());

        Assert.Equal(ExitCode.Found, ScanTo(server.Address).Code);
        Assert.Equal(3, server.Requests.Count);
        Assert.Single(server.Requests.Distinct());
    }

    [Fact]
    public async Task WhatDoesNotPassIsGivenUp()
    {
        await using RawServer server = new(RawServer.Answer("503 Service Unavailable", ""));

        Assert.Equal(ExitCode.Failed, Hurried(server.Address).Code);
        Assert.Equal(6, server.Requests.Count);
    }

    [Theory]
    [InlineData("200 OK", "<html>Hello</html>", "text/html")]
    [InlineData("200 OK", "{}", "text/plain")]
    [InlineData("200 OK", "[]", "application/json")]
    [InlineData("200 OK", "{\"a\":", "application/json")]
    [InlineData("404 Not Found", "nothing", "text/plain")]
    [InlineData("404 Not Found", "{\"error\":{\"message\":7}}", "application/json")]
    public async Task WhatIsNoDavydIsTold(string status, string body, string type)
    {
        await using RawServer server = new(RawServer.Answer(status, body, type));

        var (code, _, error) = ScanTo(server.Address);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("not as davyd does", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ItsWordsCannotSteerTheTerminal()
    {
        await using RawServer server = new(RawServer.Answer("400 Bad Request", """{"error":{"message":"\u001b[2Jclear\u202e\nnew line"}}"""));

        var (_, _, error) = ScanTo(server.Address);

        Assert.Contains(@"\u{1B}[2Jclear\u{202E}\u{A}new line", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', error);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{", "larger than 64 MB")]
    [InlineData("SSH-2.0-OpenSSH_10.0\r\n", "the connection failed")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{", "the connection failed")]
    [InlineData("", "the connection failed")]
    public async Task WhatIsNoHttpOrTooMuchIsTold(string answer, string message)
    {
        await using RawServer server = new(answer);

        var (code, _, error) = ScanTo(server.Address);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAnswerWithoutEndIsGivenUp()
    {
        var chunk = Encoding.ASCII.GetBytes($"100000\r\n{new string(' ', 0x100000)}\r\n");
        await using RawServer server = new(async (_, stream, cancel) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), cancel);
            while (true) await stream.WriteAsync(chunk, cancel);
        });

        Assert.Contains("larger than 64 MB", ScanTo(server.Address).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{")]
    public async Task AServerThatFallsSilentIsGivenUp(string start)
    {
        await using RawServer server = new(async (_, stream, cancel) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(start), cancel);
            await stream.FlushAsync(cancel);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
        });

        Assert.Contains("does not answer in time", Hurried(server.Address).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATokenComesFromAFileAndWhatIsNoneIsNotQuoted()
    {
        await using RawServer server = new(RawServer.Answer("200 OK", "{}"));
        using TemporaryFolder folder = new();
        var file = Path.Combine(folder.Path, "token");

        File.WriteAllText(file, "from-a-file\n");
        Assert.Equal(ExitCode.Found, ScanTo(server.Address, "--token-file", file).Code);
        Assert.Contains("Authorization: Bearer from-a-file\r\n", server.Requests.Single(), StringComparison.Ordinal);

        File.WriteAllText(file, "two words\nInjected: header");
        var (code, _, error) = ScanTo(server.Address, "--token-file", file);
        Assert.Equal(ExitCode.Failed, code);
        Assert.DoesNotContain("words", error, StringComparison.Ordinal);
        Assert.Single(server.Requests);

        File.WriteAllText(file, "");
        Assert.Contains("is empty", ScanTo(server.Address, "--token-file", file).Error, StringComparison.Ordinal);
        Assert.Contains("there is no such file", ScanTo(server.Address, "--token-file", $"{file}.none").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownAuthorityIsRefusedAndANamedOneIsTrustedForItsName()
    {
        using TemporaryFolder folder = new();
        using var ours = Certificate("127.0.0.1");
        using var others = Certificate("192.0.2.1");
        await using RawServer server = new((_, stream, cancel) => stream.WriteAsync(Encoding.UTF8.GetBytes(RawServer.Answer("200 OK", "{}")), cancel).AsTask(), ours);
        await using RawServer elsewhere = new((_, stream, cancel) => stream.WriteAsync(Encoding.UTF8.GetBytes(RawServer.Answer("200 OK", "{}")), cancel).AsTask(), others);
        var (file, other) = (Path.Combine(folder.Path, "ca.pem"), Path.Combine(folder.Path, "other.pem"));
        File.WriteAllText(file, ours.ExportCertificatePem());
        File.WriteAllText(other, others.ExportCertificatePem());

        Assert.Contains("--ca-file", ScanTo(server.Address).Error, StringComparison.Ordinal);
        Assert.Contains("--ca-file", ScanTo(server.Address, "--ca-file", other).Error, StringComparison.Ordinal);
        Assert.Contains("no secure connection", ScanTo(elsewhere.Address, "--ca-file", other).Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests.Concat(elsewhere.Requests));

        Assert.Equal(ExitCode.Found, ScanTo(server.Address, "--ca-file", file).Code);
        Assert.Single(server.Requests);

        File.WriteAllText(file, "no certificate");
        Assert.Contains("holds no certificate", ScanTo(server.Address, "--ca-file", file).Error, StringComparison.Ordinal);
    }

    static X509Certificate2 Certificate(string address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=davyd of a test", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
