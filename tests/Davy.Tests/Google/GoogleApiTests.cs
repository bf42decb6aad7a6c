using System.Net;
using System.Text;
using Davy.Google;
using Davy.Outbound;
using Davy.Tests.Fakes;

namespace Davy.Tests.Google;

public sealed class GoogleApiTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly HttpClient _http = OutboundGuard.Client(SomeCredentials.Loopback);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task ATokenThatEndedIsReplacedOnce()
    {
        var tokens = 0;
        await using var google = await FakeHttp.StartAsync(request =>
            request.Path == "/token" ? new FakeAnswer(200, $$"""{"access_token":"t{{++tokens}}","expires_in":3600}""")
            : request.Path == "/good" && request.Header("Authorization") == "Bearer t2" ? new(200, """{"a":1}""")
            : FakeAnswer.Error(401, "UNAUTHENTICATED", "Who are you?"));
        using var credentials = SomeCredentials.Find(_folder, SomeCredentials.AuthorizedUser(google.Url + "token"));
        GoogleApi api = new(_http, credentials, TimeProvider.System);

        var answer = await api.SendAsync(HttpMethod.Post, new(google.Url, "good"), Encoding.UTF8.GetBytes("""{"b":2}"""), Cancel);
        Assert.Equal(1, answer.GetProperty("a").GetInt32());
        Assert.Equal(["t1", "t2"], google.Requests.Where(request => request.Path == "/good" && request.Text == """{"b":2}""").Select(request => request.Header("Authorization")[7..]));

        var fault = await Assert.ThrowsAsync<GoogleApiException>(() => api.SendAsync(HttpMethod.Get, new(google.Url, "bad"), null, Cancel));
        Assert.Equal((HttpStatusCode.Unauthorized, "UNAUTHENTICATED", false), (fault.Code, fault.Status, fault.MayPass));
        Assert.Equal($"{google.Authority} answered 401 UNAUTHENTICATED: Who are you?.", fault.Message);
        Assert.Equal(2, google.Requests.Count(request => request.Path == "/bad"));
    }

    [Fact]
    public async Task ABusyServiceIsAskedAgainWhereNothingIsChanged()
    {
        var asked = 0;
        await using var google = await FakeHttp.StartAsync(_ => ++asked % 3 == 0 ? new FakeAnswer(200, "{}") : new(asked % 3 == 1 ? 429 : 503, "busy", ("Retry-After", "0")));
        GoogleApi api = new(_http, null, TimeProvider.System);

        await api.GetAsync(google.Url, Cancel);
        Assert.Equal(3, asked);

        Assert.True((await Assert.ThrowsAsync<GoogleApiException>(() => api.SendAsync(HttpMethod.Post, google.Url, "{}"u8.ToArray(), Cancel))).MayPass);
        Assert.Equal(4, asked);
    }

    [Theory]
    [InlineData(302, """{"a":1}""")]
    [InlineData(200, "[1]")]
    [InlineData(200, "<html>")]
    [InlineData(403, """{"error":"text"}""")]
    [InlineData(404, """{"error":{"message":7}}""")]
    public async Task WhatIsNoAnswerIsAFault(int status, string body)
    {
        await using var google = await FakeHttp.StartAsync(_ => new FakeAnswer(status, body, ("Location", "/elsewhere")));
        GoogleApi api = new(_http, null, TimeProvider.System);

        var fault = await Assert.ThrowsAsync<GoogleApiException>(() => api.SendAsync(HttpMethod.Get, google.Url, null, Cancel));

        Assert.StartsWith(google.Authority, fault.Message, StringComparison.Ordinal);
        Assert.Single(google.Requests);
    }

    [Fact]
    public async Task WhatCannotBeReachedMayPass()
    {
        await using var google = await FakeHttp.StartAsync(_ => new FakeAnswer(200, "{}"));
        var gone = google.Url;
        await google.DisposeAsync();

        var fault = await Assert.ThrowsAsync<GoogleApiException>(() => new GoogleApi(_http, null, TimeProvider.System).SendAsync(HttpMethod.Get, gone, null, Cancel));

        Assert.Equal(((HttpStatusCode)0, true), (fault.Code, fault.MayPass));
    }
}
