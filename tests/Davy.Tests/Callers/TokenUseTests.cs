using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Tests.Api;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Callers;

/// <summary>A token in use: its end, its revocation, its last use, and where it never shows.</summary>
public sealed class TokenUseTests
{
    const string Sources = "/v2/organizations/123/sources";
    const string ListSources = "google.cloud.securitycenter.v2.SecurityCenter/ListSources";

    sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Said { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Said.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }

    [Fact]
    public async Task ARevokedTokenIsGoodForNoFurtherRequest()
    {
        await using var server = await RunningServer.StartAsync(insecure: false);
        using RawGrpc grpc = new(server.Grpc);
        var (id, text) = await server.TokenAsync("viewer");
        server.Token = text;
        await server.DoAsync("GET", Sources);

        await server.Services.GetRequiredService<AccessTokenStore>().RevokeAsync(id, TestContext.Current.CancellationToken);

        var (status, json) = await server.SendAsync("GET", Sources);
        Assert.Equal(401, (int)status);
        Assert.Contains("revoked", (string?)json["error"]!["message"], StringComparison.Ordinal);
        var told = await grpc.CallAsync(ListSources, $"Bearer {text}");
        Assert.Equal((StatusCode.Unauthenticated, "The access token was revoked."), (told.StatusCode, told.Detail));
    }

    [Fact]
    public async Task ATokenEndsOnTimeAndItsLastUseIsKeptToTheMinute()
    {
        FakeTimeProvider clock = new(new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
        await using var server = await RunningServer.StartAsync(clock, insecure: false);
        var tokens = server.Services.GetRequiredService<AccessTokenStore>();
        server.Token = (await server.TokenAsync("viewer", clock.GetUtcNow().AddMinutes(10))).Text;
        async Task<DateTimeOffset?> LastUseAsync() => (await tokens.ListAsync(TestContext.Current.CancellationToken)).Single().LastUsedAt;

        Assert.Null(await LastUseAsync());
        var first = clock.GetUtcNow();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.DoAsync("GET", Sources)));
        Assert.Equal(first, await LastUseAsync());
        clock.Advance(TimeSpan.FromSeconds(59));
        await server.DoAsync("GET", Sources);
        Assert.Equal(first, await LastUseAsync());
        clock.Advance(TimeSpan.FromSeconds(1));
        await server.DoAsync("GET", Sources);
        Assert.Equal(first.AddMinutes(1), await LastUseAsync());

        clock.Advance(TimeSpan.FromMinutes(9));
        var (status, json) = await server.SendAsync("GET", Sources);
        Assert.Equal(401, (int)status);
        Assert.Contains("ended at 2026-11-24 12:10:00Z", (string?)json["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatATokenDoesIsKeptUnderItsId()
    {
        await using var server = await RunningServer.StartAsync(insecure: false);
        var (id, text) = await server.TokenAsync("administrator");
        server.Token = text;
        var source = await server.SourceAsync();
        await server.DoAsync("POST", $"/v2/{source}/findings?findingId=a", """{"category":"C"}""");

        var muted = await server.DoAsync("POST", $"/v2/{source}/findings/a:setMute", """{"mute":"MUTED"}""");

        Assert.Equal($"token:{id}", (string?)muted["muteInitiator"]);
    }

    [Fact]
    public async Task OneHeaderIsAskedAndNoOtherPlace()
    {
        await using var server = await RunningServer.StartAsync(insecure: false);
        var (_, text) = await server.TokenAsync("administrator");
        async Task<int> StatusAsync(string query, params (string Name, string Value)[] headers)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, $"{Sources}{query}");
            foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
            return (int)await server.StatusAsync(request);
        }

        Assert.Equal(200, await StatusAsync("", ("Authorization", $"bearer {text}")));
        Assert.Equal(401, await StatusAsync($"?access_token={text}"));
        Assert.Equal(401, await StatusAsync($"?key={text}"));
        Assert.Equal(401, await StatusAsync("", ("Authorization", text)));
        Assert.Equal(401, await StatusAsync("", ("Authorization", $"Token {text}")));
        Assert.Equal(401, await StatusAsync("", ("Authorization", $"Bearer {text}, Bearer {text}")));
        Assert.Equal(401, await StatusAsync("", ("Authorization", $"Bearer {text.ToUpperInvariant()}")));
        Assert.Equal(401, await StatusAsync("", ("Authorization", $"Bearer {text[..^1]}")));
        Assert.Equal(401, await StatusAsync("", ("Authorization", $"Bearer {text}0")));
        Assert.Equal(401, await StatusAsync("", ("Cookie", $"token={text}")));
        Assert.Equal(401, await StatusAsync("", ("X-Goog-Api-Key", text)));
        Assert.Equal(401, await StatusAsync("", ("Proxy-Authorization", $"Bearer {text}")));
    }

    [Fact]
    public async Task ATokenIsInNoLogAndInNoAnswer()
    {
        await using var server = await RunningServer.StartAsync(insecure: false, with: options => options with { LogLevel = LogLevel.Trace });
        using Lines lines = new();
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(lines);
        using RawGrpc grpc = new(server.Grpc);
        var (_, good) = await server.TokenAsync("viewer");
        var (_, expired) = await server.TokenAsync("viewer", TimeProvider.System.GetUtcNow().AddDays(-1));
        var unknown = $"davy_{new string('c', 64)}";

        foreach (var token in new[] { good, expired, unknown, "eyJhbGciOiJub25lIn0.canary.", "davy_canary" })
        {
            foreach (var path in new[] { Sources, $"{Sources}?access_token={token}", $"/v2/{token}", $"{Sources}?pageToken={token}", $"{Sources}?filter={token}" })
            {
                using var answer = await server.AnswerAsync("GET", path, authorization: $"Bearer {token}");
                Assert.DoesNotContain(token, $"{answer.Headers} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}".Replace("\"access_token\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
            }

            Assert.DoesNotContain(token, (await grpc.CallAsync(ListSources, $"Bearer {token}")).Detail, StringComparison.Ordinal);
            Assert.DoesNotContain(token, (await grpc.CallAsync(ListSources, $"Basic {token}")).Detail, StringComparison.Ordinal);
        }

        foreach (var secret in new[] { good[5..], expired[5..], unknown[5..], "canary" })
        {
            Assert.DoesNotContain(lines.Said, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task WithoutADatabaseACallerIsToldToComeBack()
    {
        await using var server = await RunningServer.StartAsync(insecure: false);
        using RawGrpc grpc = new(server.Grpc);
        var (_, text) = await server.TokenAsync("viewer");
        await server.Services.GetRequiredService<Davy.Storage.Database>().WriteAsync(async transaction =>
        {
            await using var command = transaction.Connection!.CreateCommand();
            (command.CommandText, command.Transaction) = ("ALTER TABLE tokens RENAME TO gone", transaction);
            return await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);

        using var answer = await server.AnswerAsync("GET", Sources, authorization: $"Bearer {text}");
        Assert.Equal(503, (int)answer.StatusCode);
        Assert.Equal("UNAVAILABLE", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!["status"]);
        Assert.Equal(StatusCode.Unavailable, (await grpc.CallAsync(ListSources, $"Bearer {text}")).StatusCode);
    }
}
