using Davy.Server.Callers;
using Davy.Tests.Api;

namespace Davy.Tests.Callers.Wire;

/// <summary>What is no HTTP/1.1, or could mean two things to two servers, is refused, and the connection closed.</summary>
public sealed class BadFramingTests : IAsyncLifetime
{
    const string Body = "{\"groupBy\":\"category\"}";
    const string Chunked = $"16\r\n{Body}\r\n0\r\n\r\n";
    const string InChunks = "Transfer-Encoding: chunked\r\n";

    RunningServer _server = null!;
    string _token = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(insecure: false, with: options => options with { Limits = new() { StrangerRequests = 0, Headers = TimeSpan.FromSeconds(2), Patience = TimeSpan.FromSeconds(2) } });
        _token = (await _server.TokenAsync(Roles.Administrator)).Text;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    string Get(string headers = "", string target = "/livez") => $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{_server.Http.Port}\r\n{headers}\r\n";

    /// <summary>A request that would be answered well but for its framing.</summary>
    string Post(string headers, string body) =>
        $"POST /v2/organizations/1/sources/-/findings:group HTTP/1.1\r\nHost: 127.0.0.1:{_server.Http.Port}\r\nAuthorization: Bearer {_token}\r\nContent-Type: application/json\r\n{headers}\r\n{body}";

    async Task AllAsync(params (string What, string Sent, int[] Statuses)[] cases)
    {
        await Task.WhenAll(cases.Select(async each =>
        {
            var (what, sent, statuses) = each;
            using var connection = await RawConnection.OpenAsync(_server.Http);
            await connection.SendAsync(sent);
            if (what == "a body that is shorter than it says") connection.EndSending();
            var (text, closed) = await connection.ReadAsync();
            var got = RawConnection.Statuses(text);
            Assert.True(closed && got.SequenceEqual(statuses), $"{what}: {string.Join(", ", got)}{(closed ? "" : " and left open")}; expected {string.Join(", ", statuses)}\n{text}");
            Assert.DoesNotContain(_token, text, StringComparison.Ordinal);
        }));

        using var health = await _server.AnswerAsync("GET", "/livez");
        Assert.Equal(200, (int)health.StatusCode);
    }

    [Fact]
    public Task TheCasesWouldBeAnsweredWellButForOneThing() => AllAsync(
        ("get", Get("Connection: close\r\n"), [200]),
        ("two gets", Get() + Get("Connection: close\r\n"), [200, 200]),
        ("post with length", Post("Content-Length: 13\r\nConnection: close\r\n", "{\"groupBy\":1}"), [400]),
        ("post well", Post("Content-Length: 22\r\nConnection: close\r\n", "{\"groupBy\":\"category\"}"), [200]),
        ("post in chunks", Post("Transfer-Encoding: chunked\r\nConnection: close\r\n", "16\r\n{\"groupBy\":\"category\"}\r\n0\r\n\r\n"), [200]),
        ("chunks with an extension", Post("Transfer-Encoding: chunked\r\nConnection: close\r\n", "16;a=b\r\n{\"groupBy\":\"category\"}\r\n0\r\n\r\n"), [200]));

    [Fact]
    public Task TheRequestLine() => AllAsync(
        ("HTTP/0.9", "GET /livez\r\n\r\n", [400]),
        ("HTTP/2.0", "GET /livez HTTP/2.0\r\nHost: a\r\n\r\n", [505]),
        ("HTTP/1.2", "GET /livez HTTP/1.2\r\nHost: a\r\n\r\n", [505]),
        ("no HTTP", "GET /livez ICAP/1.0\r\nHost: a\r\n\r\n", [505]),
        ("small letters", "GET /livez http/1.1\r\nHost: a\r\n\r\n", [505]),
        ("two blanks", "GET  /livez HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
        ("tab", "GET\t/livez\tHTTP/1.1\r\nHost: a\r\n\r\n", [400]),
        ("blank behind", "GET /livez HTTP/1.1 \r\nHost: a\r\n\r\n", [400]),
        ("blank in the path", "GET /liv ez HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
        ("NUL in the path", "GET /liv\0ez HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
        ("NUL, encoded", Get(target: "/liv%00ez"), [400]),
        ("no path", "GET livez HTTP/1.1\r\nHost: a\r\n\r\n", [405]),
        ("star", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", [405]),
        ("method that is no word", "G@T /livez HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
        ("line feed alone", "GET /livez HTTP/1.1\nHost: a\n\n", [400]),
        ("carriage return alone", "GET /livez HTTP/1.1\rHost: a\r\r", [408]),
        ("a line of 70,000", Get(target: "/" + new string('a', 70_000)), [414]),
        ("a method of 70,000", $"{new string('A', 70_000)} / HTTP/1.1\r\nHost: a\r\n\r\n", [414]),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", []),
        ("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + new string('\x7f', 200), [400]),
        ("SSH", "SSH-2.0-x\r\n\r\n", [400]),
        ("noise", new string('\xff', 500) + "\r\n\r\n", [400]));

    [Fact]
    public Task TheHeaders() => AllAsync(
        ("no host", "GET /livez HTTP/1.1\r\n\r\n", [400]),
        ("two hosts", Get("Host: b\r\n"), [400]),
        ("host with a blank", "GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n", [400]),
        ("host with a path", "GET /livez HTTP/1.1\r\nHost: a/b\r\n\r\n", [400]),
        ("host with a user", "GET /livez HTTP/1.1\r\nHost: a@b\r\n\r\n", [400]),
        ("no colon", Get("Nothing\r\n"), [400]),
        ("no name", Get(": x\r\n"), [400]),
        ("blank before the colon", Get("X : y\r\n"), [400]),
        ("folded", Get("X: a\r\n b\r\n"), [400]),
        ("folded by a tab", Get("X: a\r\n\tb\r\n"), [400]),
        ("blank before the first", "GET /livez HTTP/1.1\r\n Host: a\r\n\r\n", [400]),
        ("NUL in a name", Get("X\0: y\r\n"), [400]),
        ("NUL in a value", Get("X: y\0z\r\n"), [400]),
        ("carriage return in a value", Get("X: y\rz\r\n"), [400]),
        ("line feed in a value", Get("X: y\nz\r\n"), [400]),
        ("line feed ends a header", Get("X: y\nTransfer-Encoding: chunked\r\n"), [400]),
        ("name that is no word", Get("X(: y\r\n"), [400]),
        ("101 headers", Get(string.Concat(Enumerable.Range(0, 101).Select(number => $"X-{number}: y\r\n"))), [431]),
        ("33 KiB of headers", Get(string.Concat(Enumerable.Range(0, 33).Select(number => $"X-{number}: {new string('y', 1_020)}\r\n"))), [431]),
        ("a header of 40 KiB", Get($"X: {new string('y', 40 * 1024)}\r\n"), [431]),
        ("two tokens", Get($"Authorization: Bearer {_token}\r\nAuthorization: Bearer {_token}\r\nConnection: close\r\n", "/v2/organizations/1/sources"), [401]));

    [Fact]
    public Task WhatCouldMeanTwoThings() => AllAsync(
        ("length and chunks", Post($"Content-Length: {Chunked.Length}\r\nTransfer-Encoding: chunked\r\n", Chunked + Get()), [400]),
        ("chunks and length", Post("Transfer-Encoding: chunked\r\nContent-Length: 22\r\n", Chunked + Get()), [400]),
        ("two lengths", Post("Content-Length: 22\r\nContent-Length: 0\r\n", Body), [400]),
        ("the same length twice", Post("Content-Length: 22\r\nContent-Length: 22\r\n", Body), [400]),
        ("two lengths in one", Post("Content-Length: 22, 22\r\n", Body), [400]),
        ("length below 0", Post("Content-Length: -22\r\n", Body), [400]),
        ("length in hexadecimal", Post("Content-Length: 0x16\r\n", Body), [400]),
        ("length with an underscore", Post("Content-Length: 2_2\r\n", Body), [400]),
        ("length with a blank", Post("Content-Length: 2 2\r\n", Body), [400]),
        ("length with a point", Post("Content-Length: 22.0\r\n", Body), [400]),
        ("empty length", Post("Content-Length: \r\n", Body), [400]),
        ("length beyond numbers", Post("Content-Length: 99999999999999999999\r\n", Body), [400]),
        ("no length and no body", Post("Connection: close\r\n", ""), [400]),
        ("chunks twice", Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", Chunked), [400]),
        ("chunks twice in one", Post("Transfer-Encoding: chunked, chunked\r\n", Chunked), [400]),
        ("another encoding", Post("Transfer-Encoding: gzip\r\n", Chunked), [400]),
        ("another one first", Post("Transfer-Encoding: gzip, chunked\r\n", Chunked), [400]),
        ("another one last", Post("Transfer-Encoding: chunked, gzip\r\n", Chunked), [400]),
        ("none at all", Post("Transfer-Encoding: identity\r\nContent-Length: 22\r\n", Body), [400]),
        ("empty encoding", Post("Transfer-Encoding: \r\nContent-Length: 22\r\n", Body), [400]),
        ("nearly chunks", Post("Transfer-Encoding: xchunked\r\n", Chunked), [400]),
        ("chunks in quotes", Post("Transfer-Encoding: \"chunked\"\r\n", Chunked), [400]),
        ("chunks with a comma", Post("Transfer-Encoding: chunked,\r\n", Chunked), [400]),
        ("chunks with a parameter", Post("Transfer-Encoding: chunked;q=1\r\n", Chunked), [400]),
        ("chunks behind a tab", Post("Transfer-Encoding: \x0bchunked\r\n", Chunked), [400]),
        ("chunks in HTTP/1.0", Post("Transfer-Encoding: chunked\r\n", Chunked).Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal), [400]),
        ("a body that is longer than it says", Post("Content-Length: 22\r\n", $"{Body}GARBAGE\r\n\r\n"), [200, 400]),
        ("a body that is shorter than it says", Post("Content-Length: 100\r\n", Body), []));

    [Fact]
    public Task Chunks() => AllAsync(
        ("no number", Post(InChunks, "zz\r\n{}\r\n0\r\n\r\n"), [400]),
        ("below 0", Post(InChunks, "-2\r\n{}\r\n0\r\n\r\n"), [400]),
        ("0x", Post(InChunks, "0x2\r\n{}\r\n0\r\n\r\n"), [400]),
        ("beyond numbers", Post(InChunks, "FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n"), [400]),
        ("beyond int", Post(InChunks, "7FFFFFFFF\r\n{}\r\n0\r\n\r\n"), [400]),
        ("line feed alone", Post(InChunks, Chunked.Replace("\r\n", "\n", StringComparison.Ordinal)), [400]),
        ("no end of the chunk", Post(InChunks, $"16\r\n{Body}0\r\n\r\n"), [400]),
        ("line feed in an extension", Post(InChunks, $"16;a\nb\r\n{Body}\r\n0\r\n\r\n"), [400]),
        ("bad trailer", Post(InChunks, $"16\r\n{Body}\r\n0\r\nX y\r\n\r\n"), [400]),
        ("trailers without end", Post(InChunks, $"16\r\n{Body}\r\n0\r\n{string.Concat(Enumerable.Range(0, 200).Select(number => $"X-{number}: y\r\n"))}\r\n"), [431]));

    [Fact]
    public Task OtherTargetsAndUpgrades() => AllAsync(
        ("absolute, another host", $"GET http://evil.example.com/livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", [400]),
        ("absolute", $"GET http://127.0.0.1:{_server.Http.Port}/v2/organizations/1/sources HTTP/1.1\r\nHost: 127.0.0.1:{_server.Http.Port}\r\nConnection: close\r\n\r\n", [401]),
        ("tunnel", "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\nConnection: close\r\n\r\n", [401]),
        ("options", $"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", [401]),
        ("trace", $"TRACE /livez HTTP/1.1\r\nHost: a\r\nX-Secret: echo\r\nConnection: close\r\n\r\n", [401]),
        ("HTTP/2 by upgrade", Get("Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"), [200]),
        ("web socket", Get("Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n", "/v2/organizations/1/sources"), [401]),
        ("bad percent", Get("Connection: close\r\n", "/v2/organizations/%zz/sources"), [401]),
        ("overlong UTF-8", Get("Connection: close\r\n", "/v2/organizations/%c0%af/sources"), [401]),
        ("up and up", Get("Connection: close\r\n", "/v2/../../../livez/../v2/organizations/1/sources"), [401]));
}
