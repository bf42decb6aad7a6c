using System.Net;
using System.Net.Sockets;
using System.Text;
using Davy.Outbound;

namespace Davy.Tests.Outbound;

/// <summary>No request of these tests leaves the loopback address: what the guard lets through is noted, not connected to.</summary>
public sealed class OutboundGuardTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Hosts as they can stand in a URL, each of an address that is not public.</summary>
    public static TheoryData<string> Closed { get; } =
    [
        // Loopback.
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7F.1", "017700000001", "0177.0.0.1", "0177.0.0.01", "127.0.0.1.", "127.255.255.254",
        "%31%32%37.0.0.1", "①②⑦.0.0.1", "１２７.0.0.1", "127。0。0。1", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::1%25lo]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[::7f00:1]", "localhost", "LOCALHOST", "localhost.",
        // Unspecified: connects to the machine itself.
        "0.0.0.0", "0", "0x0", "[::]", "[::ffff:0.0.0.0]", "0.1.2.3",
        // Private.
        "10.0.0.1", "10.1", "167772161", "0xa000001", "012.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "192.168.257", "[::ffff:10.0.0.1]", "[::ffff:c0a8:101]", "[fd00::1]", "[fc00::]",
        "[FD12:3456:789A:1::1]",
        // Metadata and other services of a cloud.
        "169.254.169.254", "2852039166", "0xa9fea9fe", "0xa9.0xfe.0xa9.0xfe", "0251.0376.0251.0376", "169.254.43518", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[fd00:ec2::254]",
        "[fd20:ce::254]", "168.63.129.16", "100.100.100.200", "192.0.0.192", "169.254.170.2",
        // Link-local, site-local, carriers.
        "169.254.0.1", "[fe80::1]", "[fe80::1%25eth0]", "[febf::1]", "[fec0::1]", "100.64.0.1", "100.127.255.255",
        // IPv4 inside IPv6.
        "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b::169.254.169.254]", "[64:ff9b::8.8.8.8]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::1]", "[2002:a9fe:a9fe::]", "[2002:a00:1::]",
        "[2001::ffff:7f00:1]", "[2001:0:7f00:1::]", "[::ffff:0:127.0.0.1]", "[::10.0.0.1]", "[::169.254.169.254]",
        // Multicast, broadcast, reserved, documentation, benchmarks.
        "224.0.0.1", "239.255.255.250", "[ff02::1]", "[ff05::2]", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1", "198.19.255.255", "192.88.99.1",
        "[2001:db8::1]", "[3fff::1]", "[2001:2::1]", "[2001:10::1]", "[100::1]", "[4000::1]", "[5f00::1]",
    ];

    [Theory]
    [MemberData(nameof(Closed))]
    public async Task NoSpellingOfAClosedAddressIsConnectedTo(string host)
    {
        List<IPEndPoint> connected = [];
        using var client = OutboundGuard.Client(Noting(connected));

        // Some spellings are no URL at all for .NET, which is as good.
        if (!Uri.TryCreate($"http://{host}:8080/", UriKind.Absolute, out var uri)) return;
        var fault = await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync(uri, Cancel));

        // Other digits than ASCII's make a name, which no resolver knows.
        Assert.True(fault is RefusedRequestException || (!host.All(char.IsAscii) && fault.InnerException is SocketException { SocketErrorCode: SocketError.HostNotFound }), fault.Message);
        Assert.Empty(connected);
    }

    [Fact]
    public void MostSpellingsAreUrls() => Assert.True(Closed.Count(host => Uri.TryCreate($"http://{host.Data}:8080/", UriKind.Absolute, out _)) >= 100);

    [Theory]
    [InlineData("8.8.8.8", "8.8.8.8")]
    [InlineData("[2606:4700:4700::1111]", "2606:4700:4700::1111")]
    [InlineData("[::ffff:8.8.8.8]", "::ffff:8.8.8.8")]
    [InlineData("100.63.255.255", "100.63.255.255")]
    [InlineData("172.32.0.1", "172.32.0.1")]
    [InlineData("223.255.255.255", "223.255.255.255")]
    public async Task APublicAddressIsConnectedTo(string host, string address)
    {
        List<IPEndPoint> connected = [];
        using var client = OutboundGuard.Client(Noting(connected));

        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"https://{host}/", Cancel));

        Assert.IsNotType<RefusedRequestException>(fault);
        Assert.Equal([new(IPAddress.Parse(address), 443)], connected);
    }

    [Fact]
    public async Task ANameThatChangesIsConnectedToAtTheAddressThatWasChecked()
    {
        List<IPEndPoint> connected = [];
        var asked = 0;
        using var client = OutboundGuard.Client(Noting(connected, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(asked++ == 0 ? "8.8.8.8" : "169.254.169.254")])));

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("https://rebinding.example.com/", Cancel));
        Assert.Equal(1, asked);
        Assert.Equal([new(IPAddress.Parse("8.8.8.8"), 443)], connected);

        var refused = await Assert.ThrowsAsync<RefusedRequestException>(() => client.GetAsync("https://rebinding.example.com/secret-path", Cancel));
        Assert.Single(connected);
        Assert.Contains("rebinding.example.com", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-path", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfSeveralAddressesOnlyThePublicAreTriedOneAfterTheOther()
    {
        List<IPEndPoint> connected = [];
        IPAddress[] all = [IPAddress.Loopback, IPAddress.Parse("8.8.4.4"), IPAddress.Parse("10.0.0.1"), IPAddress.Parse("2606:4700:4700::1111")];
        using var client = OutboundGuard.Client(Noting(connected, (_, _) => Task.FromResult(all)));

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("https://mixed.example.com/", Cancel));

        Assert.Equal(["8.8.4.4", "2606:4700:4700::1111"], connected.Select(end => end.Address.ToString()));
    }

    [Theory]
    [InlineData("hooks.example.com", "hooks.example.com", true)]
    [InlineData("hooks.example.com", "HOOKS.example.com.", true)]
    [InlineData("hooks.example.com", "evil.hooks.example.com", false)]
    [InlineData("*.corp.example.com", "a.b.corp.example.com", true)]
    [InlineData("*.corp.example.com", "corp.example.com", false)]
    [InlineData("*.corp.example.com", "xcorp.example.com", false)]
    [InlineData("10.1.0.0/16", "anything.example.com", true)]
    [InlineData("10.1.2.3", "anything.example.com", true)]
    [InlineData("10.2.0.0/16", "anything.example.com", false)]
    public async Task WhatIsAllowedIsConnectedTo(string allowed, string host, bool connects)
    {
        List<IPEndPoint> connected = [];
        using var client = OutboundGuard.Client(Noting(connected, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.1.2.3")])) with { Allowed = AllowedHosts.Parse([allowed]) });

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync($"https://{host}/", Cancel));

        Assert.Equal(connects ? 1 : 0, connected.Count);
    }

    [Theory]
    [InlineData("64:ff9b::8.8.8.8", true)]
    [InlineData("64:ff9b::10.0.0.1", false)]
    [InlineData("64:ff9b::169.254.169.254", false)]
    public void BehindAnAllowedNat64OnlyThePublicIsReached(string address, bool allowed) =>
        Assert.Equal(allowed, AllowedHosts.Parse(["64:ff9b::/96"]).HasAddress(IPAddress.Parse(address)));

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.1/33")]
    [InlineData("a b")]
    [InlineData("https://example.com")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("example.com:8080")]
    public void WhatIsNoHostIsNotAllowed(string entry) => Assert.Contains($"'{entry}'", Assert.Throws<FormatException>(() => AllowedHosts.Parse([entry])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("http://example.com/", "https:")]
    [InlineData("ftp://example.com/", "https:")]
    [InlineData("https://user:pa55@example.com/", "password")]
    public async Task OnlyHttpsWithoutAPasswordIsAsked(string url, string reason)
    {
        List<IPEndPoint> connected = [];
        using var client = OutboundGuard.Client(Noting(connected) with { PlainHttp = false });

        var refused = await Assert.ThrowsAsync<RefusedRequestException>(() => client.GetAsync(url, Cancel));

        Assert.Empty(connected);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pa55", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("[fd00::1]", true)]
    [InlineData("localhost", true)]
    [InlineData("metadata.google.internal", true)]
    [InlineData("intranet", true)]
    [InlineData("hooks.example.com", false)]
    public async Task BehindAProxyWhatIsWrittenIsChecked(string host, bool refused)
    {
        List<IPEndPoint> connected = [];
        var rules = Noting(connected, (_, _) => throw new InvalidOperationException("The proxy resolves.")) with { Proxy = new("http://127.0.0.1:3128") };
        using var client = OutboundGuard.Client(rules);

        var fault = await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync($"https://{host}/", Cancel));

        Assert.Equal(refused, fault is RefusedRequestException);
        Assert.Equal(refused ? [] : [new(IPAddress.Loopback, 3128)], connected);
    }

    [Fact]
    public async Task ARedirectIsAnAnswerAndItsBodyIsBounded()
    {
        using TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        var answering = AnswerAsync(server, "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 100\r\n\r\n" + new string('x', 100));
        using var client = OutboundGuard.Client(new() { PlainHttp = true, Allowed = AllowedHosts.Parse(["127.0.0.0/8"]) });

        using var response = await client.GetAsync($"http://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}/", HttpCompletionOption.ResponseHeadersRead, Cancel);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => BoundedBody.ReadAsync(response.Content, 99, Cancel));
        var (start, whole) = await BoundedBody.ReadUpToAsync(response.Content, 7, Cancel);
        Assert.Equal(("xxxxxxx", false), (Encoding.ASCII.GetString(start), whole));
        var request = await answering;
        Assert.DoesNotContain("traceparent", request, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Accept-Encoding", request, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task NoVersionOfHttpGoesPastTheCheck()
    {
        List<IPEndPoint> connected = [];
        using var client = OutboundGuard.Client(Noting(connected));
        using HttpRequestMessage request = new(HttpMethod.Get, "https://8.8.8.8/") { Version = HttpVersion.Version30, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request, Cancel));
        Assert.Equal((2, HttpVersionPolicy.RequestVersionOrLower), (request.Version.Major, request.VersionPolicy));
        Assert.Single(connected);

        using HttpRequestMessage blocking = new(HttpMethod.Get, "https://127.0.0.1/");
        Assert.Throws<NotSupportedException>(() => client.Send(blocking, Cancel));
    }

    [Fact]
    public async Task AHostThatNeverAnswersIsGivenUp()
    {
        using var client = OutboundGuard.Client(new()
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(200),
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("8.8.8.8"), IPAddress.Parse("8.8.4.4")]),
            Connect = async (_, cancel) =>
            {
                await Task.Delay(Timeout.Infinite, cancel);
                return Stream.Null;
            },
        });

        await Assert.ThrowsAnyAsync<Exception>(() => client.GetAsync("https://silent.example.com/", Cancel)).WaitAsync(TimeSpan.FromSeconds(60), Cancel);
    }

    static OutboundRules Noting(List<IPEndPoint> connected, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) => new()
    {
        PlainHttp = true,
        Resolve = resolve ?? ((host, _) => Task.FromResult(Resolved(host.TrimEnd('.')))),
        Connect = (end, _) =>
        {
            connected.Add(end);
            throw new SocketException((int)SocketError.ConnectionRefused);
        },
    };

    static IPAddress[] Resolved(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
        : IPAddress.TryParse(host, out var address) ? [address]
        : throw new SocketException((int)SocketError.HostNotFound);

    static async Task<string> AnswerAsync(TcpListener server, string answer)
    {
        using var connection = await server.AcceptTcpClientAsync(Cancel);
        var stream = connection.GetStream();
        var request = new byte[4_096];
        var read = await stream.ReadAsync(request, Cancel);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), Cancel);
        return Encoding.ASCII.GetString(request, 0, read);
    }
}
