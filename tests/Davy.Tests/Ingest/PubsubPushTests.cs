using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Server.Ingest;
using Davy.Storage;
using Davy.Tests.Api;
using Davy.Tests.Callers;
using Davy.Tests.Watching;
using Microsoft.Extensions.DependencyInjection;

namespace Davy.Tests.Ingest;

/// <summary>What Pub/Sub pushes: by whom it is taken, and when it is answered.</summary>
public sealed class PubsubPushTests : IAsyncLifetime
{
    const string Path = "/ingest/pubsub/logs";

    readonly TemporaryFolder _folder = new();
    FakeIssuer _issuer = null!;
    RunningServer _server = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await FakeIssuer.StartAsync();
        await File.WriteAllTextAsync(_folder.File("oidc.json"), $$"""
            {"issuers": [{"issuer": "{{FakeIssuer.Issuer}}", "audiences": ["{{FakeIssuer.Audience}}"], "discovery": "{{_issuer.Discovery}}", "algorithms": ["RS256"],
              "roles": [{"role": "ingester", "claim": "email", "value": "alice@example.com"}]}]}
            """, Cancel);
        _server = await RunningServer.StartAsync(insecure: false, with: options => options with { Oidc = _folder.File("oidc.json"), Limits = new() { StrangerRequests = 0, Patience = TimeSpan.FromMinutes(2) } });
    }

    public async ValueTask DisposeAsync()
    {
        var watch = _server.Services.GetRequiredService<Watch>();
        await _server.DisposeAsync();
        Accounting.HoldsAtTheEnd(watch);
        await _issuer.DisposeAsync();
        _folder.Dispose();
    }

    static string Message(JsonNode entry, string id = "17") => Wrapped(entry.ToJsonString(), id);

    static string Wrapped(string data, string id) => new JsonObject
    {
        ["message"] = new JsonObject { ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(data)), ["messageId"] = id, ["message_id"] = id, ["publishTime"] = "2026-01-10T01:00:10Z" },
        ["subscription"] = "projects/acme-prod/subscriptions/davy",
    }.ToJsonString();

    async Task<int> PushAsync(string body, string? token = null, string path = Path)
    {
        using var answer = await _server.AnswerAsync("POST", path, body, authorization: $"Bearer {token ?? _issuer.Sign(FakeIssuer.Claims())}");
        return (int)answer.StatusCode;
    }

    Task<List<string>> FindingsAsync() => _server.Services.GetRequiredService<Database>().ReadAsync(async connection =>
    {
        await using var ask = connection.Command("SELECT CAST(document AS text) FROM findings");
        return await ask.ToListAsync(row => row.Text(0), Cancel);
    }, Cancel);

    async Task ExecuteAsync(string text) => await _server.Services.GetRequiredService<Database>().WriteAsync(transaction => transaction.ExecuteAsync(text, Cancel), Cancel);

    [Fact]
    public async Task AMessageIsAFindingWhenItIsAnsweredAndAgainIsNoSecond()
    {
        Assert.Equal(204, await PushAsync(Message(SomeEntries.Activity("acme-prod", "web"), "16")));
        Assert.Equal(204, await PushAsync(Message(SomeEntries.SystemEvent("acme-prod", "web"))));
        Assert.Equal(204, await PushAsync(Message(SomeEntries.SystemEvent("acme-prod", "web"))));

        Assert.Contains("caller@example.com", Assert.Single(await FindingsAsync()), StringComparison.Ordinal);
        var totals = _server.Services.GetRequiredService<Watch>().Counts["pubsub/logs"].Totals;
        Assert.Equal((3, 2, 1, 0), (totals.Came.Received, totals.Came.Accepted, totals.Came.Duplicates, totals.InFlight));
    }

    [Fact]
    public async Task TheSourcesAreListedWithWhatCameOfThem()
    {
        _server.Token = (await _server.TokenAsync("viewer")).Text;
        Assert.Equal("""{"sources":[]}""", (await _server.DoAsync("GET", "/davy/v1/sources")).ToJsonString());

        foreach (var body in (string[])[Message(SomeEntries.SystemEvent("acme-prod", "web")), Message(SomeEntries.SystemEvent("acme-prod", "web")), "x", Wrapped("""{"logName": "projects/p/logs/other"}""", "20")]) await PushAsync(body);
        _server.Services.GetRequiredService<SourceHealth>().Failed("pull", "It does not answer.");

        var sources = await _server.DoAsync("GET", "/davy/v1/sources");
        Accounting.Holds(sources);
        var push = sources["sources"]![0]!;
        Assert.Equal(["behind"], push["alarms"]!.AsArray().Select(alarm => (string)alarm!["kind"]!));
        Assert.Equal(("pubsub/logs", "alarm", SomeEntries.At(9)), ((string)push["source"]!, (string)push["health"]!, (string)push["newestLogTime"]!));
        Assert.Equal([4, 1, 1, 1, 1, 0, 0, 0], ((string[])["received", "accepted", "ignored", "duplicate", "rejected", "deadLettered", "inFlight", "givenBack"]).Select(name => (int)push[name]!));
        Assert.EndsWith("s", (string)push["lag"]!, StringComparison.Ordinal);
        Assert.Equal(("pull", "It does not answer.", true), ((string)sources["sources"]![1]!["source"]!, (string)sources["sources"]![1]!["lastFault"]!["reason"]!, (bool)sources["sources"]![1]!["lastFault"]!["present"]!));
        Assert.Equal(400, (int)(await _server.SendAsync("GET", "/davy/v1/sources?pageSize=1")).Status);
    }

    [Fact]
    public async Task WhatCannotBeReadIsKeptAndNotDeliveredAgain()
    {
        foreach (var body in (string[])["", "x", "{}", Wrapped("no entry", "18"), """{"message": {"messageId": "19"}}"""]) Assert.True(await PushAsync(body) is 204, body);

        var kept = await _server.Services.GetRequiredService<RejectedEntryStore>().ListAsync(null, 10, Cancel);
        Assert.Contains(kept, entry => entry.Place == "pubsub/logs/18:1:0");
        Assert.Contains(kept, entry => entry.Place == "pubsub/logs/19:1:0");
    }

    [Fact]
    public async Task ADeclaredSourceTakesTheTokensOfItsAccountsAlone()
    {
        await using var server = await RunningServer.StartAsync(insecure: false, with: options => options with { Oidc = _folder.File("oidc.json") },
            sources: [new PubsubPushDeclaration("logs", ["alice@example.com"]), new PubsubPushDeclaration("others", ["mallory@example.com"]), new PubsubPushDeclaration("open", [])]);

        Assert.Equal((204, 403, 204, 404), (await StatusAsync("logs"), await StatusAsync("others"), await StatusAsync("open"), await StatusAsync("undeclared")));

        async Task<int> StatusAsync(string source)
        {
            using var answer = await server.AnswerAsync("POST", $"/ingest/pubsub/{source}", Message(SomeEntries.SystemEvent("acme-prod", "web")), authorization: $"Bearer {_issuer.Sign(FakeIssuer.Claims())}");
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task WhatCannotBeKeptIsDeliveredAgain()
    {
        await ExecuteAsync("ALTER TABLE seen_entries RENAME TO away");
        Assert.Equal(503, await PushAsync(Message(SomeEntries.SystemEvent("acme-prod", "web"))));
        Assert.Empty(await FindingsAsync());
        Assert.Equal((0, 1, 0), Totals(totals => ((int)totals.Received, (int)totals.GivenBack, (int)totals.InFlight)));

        await ExecuteAsync("ALTER TABLE away RENAME TO seen_entries");
        Assert.Equal(204, await PushAsync(Message(SomeEntries.SystemEvent("acme-prod", "web"))));
        Assert.Single(await FindingsAsync());
        Assert.Equal((1, 1, 1), Totals(totals => ((int)totals.Received, (int)totals.Came.Accepted, (int)totals.GivenBack)));
    }

    T Totals<T>(Func<SourceTotals, T> read) => read(_server.Services.GetRequiredService<Watch>().Counts["pubsub/logs"].Totals);

    [Fact]
    public async Task ABadTokenIsRefusedAndNothingOfTheBodyIsLookedAt()
    {
        var good = _issuer.Sign(FakeIssuer.Claims());
        List<string> bad =
        [
            "", "x", good[..^3], good + "A", $"{good.Split('.')[0]}.{good.Split('.')[1]}.", string.Join('.', good.Split('.').Reverse()),
            _issuer.Sign(FakeIssuer.Claims(), key: _issuer.OtherKey),
            _issuer.Sign(FakeIssuer.Claims(), """{"alg":"none"}"""), _issuer.Sign(FakeIssuer.Claims(), """{"alg":"None","kid":"rsa"}"""), _issuer.Sign(FakeIssuer.Claims(), """{"alg":"HS256","kid":"rsa"}"""),
            _issuer.Sign(FakeIssuer.Claims(), """{"alg":"ES256","kid":"ec"}"""), _issuer.Sign(FakeIssuer.Claims(), """{"alg":"PS256","kid":"rsa"}"""),
            _issuer.Sign(FakeIssuer.Claims(), """{"alg":"RS256","kid":"ec"}"""), _issuer.Sign(FakeIssuer.Claims(), """{"alg":"RS256","kid":"../../etc/passwd"}"""),
        ];
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        foreach (var (claim, values) in new (string, JsonNode?[])[]
        {
            ("iss", ["accounts.google.com", "https://issuer.example.com/", "https://other.example.com", "", null]), ("aud", ["https://davy.example.com/", "https://other.example.com", "", null]),
            ("email", ["bob@example.com", "ALICE@example.com", " alice@example.com", "alice@example.com.example.org", null]), ("email_verified", [false, "false", "yes", null]),
            ("exp", [now - 61, now - 86_400, "soon", null]), ("iat", [now + 90, "now"]), ("nbf", [now + 90]),
        })
        {
            foreach (var value in values)
            {
                var claims = FakeIssuer.Claims();
                if (value is null) claims.Remove(claim);
                else claims[claim] = value;
                bad.Add(_issuer.Sign(claims));
            }
        }

        foreach (var token in bad) Assert.True(await PushAsync(Message(SomeEntries.SystemEvent("acme-prod", "web")), token) is 401 or 403, token);
        Assert.True(bad.Count >= 39, $"{bad.Count} variants");
        using (var without = await _server.AnswerAsync("POST", Path, Message(SomeEntries.SystemEvent("acme-prod", "web")))) Assert.Equal(401, (int)without.StatusCode);
        var viewer = (await _server.TokenAsync("viewer")).Text;
        Assert.Equal(403, await PushAsync(Message(SomeEntries.SystemEvent("acme-prod", "web")), viewer));

        Assert.Empty(_server.Services.GetRequiredService<Watch>().Counts);
        Assert.Equal(204, await PushAsync(Message(SomeEntries.SystemEvent("acme-prod", "web"))));
    }

    [Theory]
    [InlineData("/ingest/pubsub/A", 404)]
    [InlineData("/ingest/pubsub/-a", 404)]
    [InlineData("/ingest/pubsub/%0a", 404)]
    [InlineData("/ingest/pubsub/", 404)]
    public async Task ASourceHasAPlainName(string path, int status) => Assert.Equal(status, await PushAsync(Message(SomeEntries.SystemEvent("acme-prod", "web")), path: path));

    [Fact]
    public async Task ABodyThatIsTooLargeIsRefusedByWhatItSaysOfItselfOrByWhatComes()
    {
        const int TooMuch = (16 * 1024 * 1024) + 1;
        using (var said = await BeginAsync($"Content-Length: {TooMuch}")) Assert.Equal("HTTP/1.1 413", await StatusAsync(said));

        using var comes = await BeginAsync("Transfer-Encoding: chunked");
        await comes.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{TooMuch:x}\r\n"), Cancel);
        await comes.GetStream().WriteAsync(new byte[TooMuch], Cancel);
        Assert.Equal("HTTP/1.1 413", await StatusAsync(comes));
        Assert.Empty(_server.Services.GetRequiredService<Watch>().Counts);
    }

    [Fact]
    public async Task MoreAtOnceThanFitIntoTheMemoryAreToComeAgainLater()
    {
        // The issuer's keys are there from now on: who waits for them holds no place.
        Assert.Equal(204, await PushAsync(Message(SomeEntries.SystemEvent("acme-prod", "web"))));
        List<TcpClient> slow = [];

        // Some more than there are places: one of ours may have had one when they came.
        for (var count = 0; count < 40; count++) slow.Add(await BeginAsync("Content-Length: 9"));

        var status = await UntilAsync(status => status == 429);
        List<string> said = [];
        foreach (var client in slow.Where(client => client.Available > 0)) said.Add(await StatusAsync(client));
        Assert.True(status == 429, $"{status}; the slow ones were answered {string.Join(", ", said)}");
        using (var answer = await _server.AnswerAsync("POST", Path, Message(SomeEntries.SystemEvent("acme-prod", "web")), authorization: $"Bearer {_issuer.Sign(FakeIssuer.Claims())}"))
        {
            Assert.Equal(429, (int)answer.StatusCode);
            Assert.Equal("1", answer.Headers.RetryAfter?.ToString());
        }

        foreach (var client in slow) client.Dispose();
        Assert.Equal(204, await UntilAsync(status => status == 204));
        Assert.Single(await FindingsAsync());
    }

    async Task<int> UntilAsync(Func<int, bool> holds)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var status = await PushAsync(Message(SomeEntries.SystemEvent("acme-prod", "web")));
            if (holds(status) || Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(60)) return status;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }
    }

    /// <summary>Begins a request whose body has yet to come.</summary>
    async Task<TcpClient> BeginAsync(string header)
    {
        TcpClient client = new();
        await client.ConnectAsync(_server.Http.Host, _server.Http.Port, Cancel);
        var head = $"POST {Path} HTTP/1.1\r\nHost: davy.example.com\r\nAuthorization: Bearer {_issuer.Sign(FakeIssuer.Claims())}\r\n{header}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Cancel);
        return client;
    }

    static async Task<string> StatusAsync(TcpClient client)
    {
        var start = new byte["HTTP/1.1 413".Length];
        await client.GetStream().ReadExactlyAsync(start, Cancel);
        return Encoding.ASCII.GetString(start);
    }
}
