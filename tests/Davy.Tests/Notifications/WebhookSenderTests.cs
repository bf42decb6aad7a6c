using System.Security.Cryptography;
using Davy.Notifications;
using Davy.Outbound;
using Davy.Tests.Fakes;
using Davy.Tests.Google;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Notifications;

public sealed class WebhookSenderTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly FakeTimeProvider _clock = new(new(2026, 1, 10, 10, 0, 0, TimeSpan.Zero));
    readonly HttpClient _http = OutboundGuard.Client(SomeCredentials.Loopback);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _http.Dispose();
    }

    string Secret(string name, string content)
    {
        File.WriteAllText(_folder.File(name), content);
        return _folder.File(name);
    }

    static Target.Webhook Hook(Uri url) => new() { Name = "n", Below = "organizations/1", Url = url, Template = BodyTemplate.OfName("json") };

    WebhookSender Sender(Target.Webhook target) => new(target, _http, _clock);

    [Fact]
    public async Task AReceiverCanVerifyWhoSentIt()
    {
        await using var receiver = await FakeHttp.StartAsync(_ => new FakeAnswer(202, ""));
        var target = Hook(new(receiver.Url, "hook?x=1")) with
        {
            SecretFile = Secret("keys", "\uFEFFnew secret of the receiver\r\nold secret of the receiver\n\n"),
            Headers = new Dictionary<string, string> { ["X-Team"] = "blue" },
            HeaderFiles = new Dictionary<string, string> { ["Authorization"] = Secret("authorization", "Bearer abc\n") },
        };

        await Sender(target).SendAsync(SomeNotification.Of(), Cancel);

        var request = receiver.Requests.Single();
        Assert.Equal(("POST", "/hook?x=1", "application/json"), (request.Method, request.Target, request.Header("Content-Type")));
        Assert.Equal(("blue", "Bearer abc"), (request.Header("X-Team"), request.Header("Authorization")));
        Assert.StartsWith("Davy/", request.Header("User-Agent"), StringComparison.Ordinal);
        Assert.Equal("0123456789abcdef0123456789abcdef-7", request.Header("Davy-Notification-Id"));
        Assert.Equal("1768039200", request.Header("Davy-Timestamp"));

        byte[] signed = [.. "1768039200."u8, .. request.Body];
        Assert.Equal(
            $"v1={Hmac("new secret of the receiver"u8.ToArray(), signed)},v1={Hmac("old secret of the receiver"u8.ToArray(), signed)}", request.Header("Davy-Signature"));
        Assert.NotEqual(Hmac("new secret of the receiver"u8.ToArray(), [.. "1768039201."u8, .. request.Body]), request.Header("Davy-Signature").Split(',')[0][3..]);
    }

    [Fact]
    public void TheComputationOfTheTestIsTheOneOfRfc4231() =>
        Assert.Equal("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", Hmac("Jefe"u8.ToArray(), "what do ya want for nothing?"u8.ToArray()));

    [Fact]
    public async Task TheUrlAndTheKeysOfTheTemplateMayStandInFilesThatChange()
    {
        await using var receiver = await FakeHttp.StartAsync(_ => new FakeAnswer(200, "ok"));
        var url = Secret("url", receiver.Url + "first\n");
        var target = Hook(receiver.Url) with
        {
            Url = null,
            UrlFile = url,
            Template = BodyTemplate.OfName("pagerduty"),
            SecretFiles = new Dictionary<string, string> { ["routing_key"] = Secret("key", "k1") },
        };

        await Sender(target).SendAsync(SomeNotification.Of(), Cancel);
        Secret("url", receiver.Url + "second");
        Secret("key", "k2");
        await Sender(target).SendAsync(SomeNotification.Of(), Cancel);

        Assert.Equal([("/first", "k1"), ("/second", "k2")], receiver.Requests.Select(request => (request.Target, (string)request.Json["routing_key"]!)));
        Assert.DoesNotContain("Davy-Signature", receiver.Requests[0].Headers.Keys);
    }

    [Theory]
    [InlineData(500, "it broke \u001b[31m", " answered 500: it broke ?[31m.")]
    [InlineData(404, "no_service", " answered 404: no_service.")]
    [InlineData(400, "bad key: k3y-0f-r0ut1ng", " answered 400.")]
    [InlineData(400, "no such path /services/T0/B0/hook-secret", " answered 400.")]
    [InlineData(302, "", " answered 302 and points elsewhere; name the place itself, for Davy follows no redirect.")]
    public async Task WhatIsRefusedIsToldWithoutASecret(int status, string body, string said)
    {
        await using var receiver = await FakeHttp.StartAsync(_ => new FakeAnswer(status, body, ("Location", "http://169.254.169.254/"), ("Retry-After", "120")));
        var target = Hook(new(receiver.Url, "services/T0/B0/hook-secret")) with
        {
            Template = BodyTemplate.OfName("pagerduty"),
            SecretFiles = new Dictionary<string, string> { ["routing_key"] = Secret("key", "k3y-0f-r0ut1ng") },
        };

        var fault = await Assert.ThrowsAsync<SendException>(() => Sender(target).SendAsync(SomeNotification.Of(), Cancel));

        Assert.Equal(receiver.Authority + said, fault.Message);
        Assert.Equal(status == 302 ? null : TimeSpan.FromMinutes(2), fault.RetryAfter);
        Assert.DoesNotContain("hook-secret", fault.ToString(), StringComparison.Ordinal);
        Assert.Single(receiver.Requests);
    }

    [Theory]
    [InlineData("https://169.254.169.254/hook-secret", "link-local")]
    [InlineData("https://[::1]/hook-secret", "loopback")]
    [InlineData("https://10.0.0.1/hook-secret", "private")]
    [InlineData("http://example.com/hook-secret", "https:")]
    [InlineData("https://me:hook-secret@example.com/", "password")]
    public async Task NoWebhookReachesThePrivateNetwork(string url, string said)
    {
        using var guarded = OutboundGuard.Client(new());
        var fault = await Assert.ThrowsAsync<SendException>(() => new WebhookSender(Hook(new(url)), guarded, _clock).SendAsync(SomeNotification.Of(), Cancel));

        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hook-secret", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "cannot be read")]
    [InlineData("", "is empty")]
    [InlineData("a\nb", "more than one line")]
    public async Task ASecretThatIsNotThereIsToldByItsFile(string? content, string said)
    {
        var file = content is null ? _folder.File("none") : Secret("url", content);
        var fault = await Assert.ThrowsAsync<SendException>(() => Sender(Hook(new("https://example.com")) with { Url = null, UrlFile = file }).SendAsync(SomeNotification.Of(), Cancel));

        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
    }

    /// <summary>HMAC-SHA256 from its definition (https://www.rfc-editor.org/rfc/rfc2104), by another way than the one that signs.</summary>
    static string Hmac(byte[] key, byte[] text)
    {
        var padded = new byte[64];
        key.CopyTo(padded, 0);
        byte[] Pad(byte with) => [.. padded.Select(value => (byte)(value ^ with))];
        return Convert.ToHexStringLower(SHA256.HashData([.. Pad(0x5c), .. SHA256.HashData([.. Pad(0x36), .. text])]));
    }
}
