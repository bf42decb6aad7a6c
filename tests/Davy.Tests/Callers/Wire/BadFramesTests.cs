using Davy.Tests.Api;
using static Davy.Tests.Callers.Wire.Http2Frames;

namespace Davy.Tests.Callers.Wire;

/// <summary>What is no HTTP/2, and what is too much of it, ends the connection and nothing else.</summary>
public sealed class BadFramesTests : IAsyncLifetime
{
    const int ProtocolError = 1, FlowControl = 3, StreamClosed = 5, FrameSize = 6, Compression = 9, EnhanceYourCalm = 11;

    RunningServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await RunningServer.StartAsync(insecure: false, with: options => options with { Limits = new() { StrangerRequests = 0, Headers = TimeSpan.FromSeconds(2) } });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    async Task AllAsync(params (string What, byte[] Sent, int[] Codes)[] cases)
    {
        await Task.WhenAll(cases.Select(async each =>
        {
            var (what, sent, codes) = each;
            using var connection = await RawConnection.OpenAsync(_server.Grpc);
            await connection.SendAsync(sent);
            var (text, closed) = await connection.ReadAsync();
            Assert.True(closed, $"{what}: left open");

            // A connection that is closed while more comes may lose what was said last.
            if (GoAwayCode(text) is { } code) Assert.True(codes.Contains(code), $"{what}: {code}, expected {string.Join(" or ", codes)}");
            else Assert.True(codes.Length == 0 || sent.Length > 10_000, $"{what}: closed without a reason: {text}");
        }));

        using var health = await _server.AnswerAsync("GET", "/livez");
        Assert.Equal(200, (int)health.StatusCode);
        using RawGrpc grpc = new(_server.Grpc);
        Assert.Equal(Grpc.Core.StatusCode.Unauthenticated, (await grpc.CallAsync("google.longrunning.Operations/GetOperation", null)).StatusCode);
    }

    static byte[] Many(int count, Func<int, byte[]> frame) => [.. Preface, .. Enumerable.Range(0, count).SelectMany(frame)];

    [Fact]
    public Task WhatIsNoFrame() => AllAsync(
        ("HTTP/1.1", "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), []),
        ("half a preface", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"u8.ToArray(), [ProtocolError]),
        ("a frame beyond its size", [.. Preface, .. Frame(Data, 0, 1, length: 0xFFFFFF)], [FrameSize]),
        ("data of no stream", [.. Preface, .. Frame(Data, 0, 0, new byte[1])], [ProtocolError]),
        ("data of a stream that is not open", [.. Preface, .. Frame(Data, 0, 1, new byte[1])], [ProtocolError, StreamClosed]),
        ("headers of no stream", [.. Preface, .. Frame(Headers, 5, 0, Get)], [ProtocolError]),
        ("headers of a server's stream", [.. Preface, .. Frame(Headers, 5, 2, Get)], [ProtocolError]),
        ("a stream number again", [.. Preface, .. Frame(Headers, 5, 3, Get), .. Frame(Headers, 5, 1, Get)], [StreamClosed, ProtocolError]),
        ("headers that are no HPACK", [.. Preface, .. Frame(Headers, 5, 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])], [Compression]),
        ("an index that is not there", [.. Preface, .. Frame(Headers, 5, 1, [0xfe])], [Compression]),
        ("padding longer than the frame", [.. Preface, .. Frame(Headers, 0x0d, 1, [0xff, .. Get])], [ProtocolError]),
        ("continuation of nothing", [.. Preface, .. Frame(Continuation, 4, 1, Get)], [ProtocolError]),
        ("a frame within headers", [.. Preface, .. Frame(Headers, 1, 1, Get), .. Frame(Ping, 0, 0, new byte[8])], [ProtocolError]),
        ("settings with an odd length", [.. Preface, .. Frame(Settings, 0, 0, new byte[5])], [FrameSize]),
        ("settings of a stream", [.. Preface, .. Frame(Settings, 0, 1)], [ProtocolError]),
        ("settings that acknowledge and say more", [.. Preface, .. Frame(Settings, 1, 0, new byte[6])], [FrameSize]),
        ("a window beyond numbers", [.. Preface, .. Frame(Settings, 0, 0, [0, 4, 0xff, 0xff, 0xff, 0xff])], [FlowControl]),
        ("a ping too long", [.. Preface, .. Frame(Ping, 0, 0, new byte[9])], [FrameSize]),
        ("a window of 0", [.. Preface, .. Frame(WindowUpdate, 0, 0, new byte[4])], [ProtocolError]),
        ("a window that overflows", [.. Preface, .. Frame(WindowUpdate, 0, 0, [0x7f, 0xff, 0xff, 0xff]), .. Frame(WindowUpdate, 0, 0, [0x7f, 0xff, 0xff, 0xff])], [FlowControl]),
        ("a reset of no stream", [.. Preface, .. Frame(RstStream, 0, 0, new byte[4])], [ProtocolError]),
        ("a reset of an idle stream", [.. Preface, .. Frame(RstStream, 0, 7, new byte[4])], [ProtocolError]));

    [Fact]
    public Task WhatIsTooMuch() => AllAsync(
        ("headers without end", [.. Preface, .. Frame(Headers, 1, 1, Get), .. Enumerable.Range(0, 2_000).SelectMany(_ => Frame(Continuation, 0, 1, new byte[1_000]))], [ProtocolError, EnhanceYourCalm, Compression]),
        ("streams opened and given up", Many(20_000, number => [.. Frame(Headers, 5, (2 * number) + 1, Get), .. Frame(RstStream, 0, (2 * number) + 1, [0, 0, 0, 8])]), [EnhanceYourCalm, ProtocolError, StreamClosed]));

    [Fact]
    public async Task SilenceEndsAConnection()
    {
        using var connection = await RawConnection.OpenAsync(_server.Grpc);
        Assert.Equal(("", true), await connection.ReadAsync());
    }
}
