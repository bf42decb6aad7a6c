using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Outbound;
using Davy.Storage;
using Davy.Tests.Callers;
using Davy.Tests.EndToEnd;
using Davy.Tests.Fakes;
using Davy.Tests.Google;
using Davy.Tests.Storage;
using Davy.Tests.Watching;

namespace Davy.Tests.Ingest;

/// <summary>
/// davyd is killed again and again while Pub/Sub pushes, which delivers again whatever was not answered with success: what was answered is kept at every such moment, and at the end
/// everything is there once.
/// </summary>
public sealed class PubsubCrashTests : IAsyncLifetime
{
    const int Services = 40;
    const int Senders = 8;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    static readonly int Kills = TestLength.Of(whole: 5, quick: 1);

    // With what is between them, a hundred thousand entries.
    static readonly int Others = TestLength.Of(whole: 100_000, quick: 200);

    readonly TemporaryFolder _folder = new();
    readonly ConcurrentQueue<PushedMessage> _waiting = new();
    readonly ConcurrentBag<PushedMessage> _answered = [];
    FakeIssuer _issuer = null!;
    string _token = "";
    int _left;
    int _broken;
    string _last = "";
    volatile Uri _server = new("http://127.0.0.1:1/");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await FakeIssuer.StartAsync();
        _token = _issuer.Sign(FakeIssuer.Claims());
        await File.WriteAllTextAsync(_folder.File("oidc.json"), $$"""
            {"issuers": [{"issuer": "{{FakeIssuer.Issuer}}", "audiences": ["{{FakeIssuer.Audience}}"], "discovery": "{{_issuer.Discovery}}", "algorithms": ["RS256"],
              "roles": [{"role": "ingester", "claim": "email", "value": "alice@example.com"}, {"role": "viewer", "claim": "email", "value": "alice@example.com"}]}]}
            """, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _issuer.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task WhatWasAnsweredIsKeptAndNothingTwiceWheneverItIsKilled(DatabaseKind kind)
    {
        await using var database = await TestDatabase.MigratedAsync(kind, Cancel);
        Assert.Equal("", string.Join(", ", await RunAsync(database, () => _server, Others)));

        Assert.True(_broken > 0, "No delivery was cut off: the process was never killed while entries came.");
        Assert.Equal((long)Services, Convert.ToInt64(await database.ScalarAsync("SELECT count(*) FROM findings", Cancel), CultureInfo.InvariantCulture));
        if (kind is DatabaseKind.Sqlite) Assert.Equal("ok", await database.ScalarAsync("PRAGMA integrity_check", Cancel));
    }

    [Fact]
    public async Task WhereItIsAnsweredBeforeItIsKeptTheSameChecksFindTheLoss()
    {
        await using var database = await TestDatabase.MigratedAsync(DatabaseKind.Sqlite, Cancel);
        using var http = OutboundGuard.Client(SomeCredentials.Loopback);
        ConcurrentBag<Task> sent = [];
        await using var hasty = await FakeHttp.StartAsync(request =>
        {
            sent.Add(PushAsync(http, _server, request.Text));
            return Task.FromResult(new FakeAnswer(204, ""));
        });

        Assert.Contains(await RunAsync(database, () => hasty.Url, others: 200), fault => fault.EndsWith("is not kept", StringComparison.Ordinal));
        await Task.WhenAll(sent);
    }

    /// <summary>Pushes all messages while the process is killed several times.</summary>
    /// <returns>What is not as it must be.</returns>
    async Task<List<string>> RunAsync(TestDatabase database, Func<Uri> receiver, int others)
    {
        foreach (var message in KnownDeployments.Among(KnownDeployments.Messages(Services), others)) _waiting.Enqueue(message);
        var all = _left = _waiting.Count;
        using var http = OutboundGuard.Client(SomeCredentials.Loopback);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        List<string> faults = [];
        Task[] senders = [];
        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                using var program = await StartAsync(http, database);
                if (senders.Length == 0) senders = [.. Enumerable.Range(0, Senders).Select(_ => SendAsync(http, receiver, stop.Token))];
                var until = all * (kill + 1) / (Kills + 1);
                await UntilAsync(() => _answered.Count >= until, () => $"kill {kill}: {_left} left, {_waiting.Count} waiting, {_broken} broken, last {_last}");
                await Task.Delay(TimeSpan.FromMilliseconds(kill % 5), TimeProvider.System, Cancel);

                await AddsUpAsync(http);
                using var process = Process.GetProcessById(program.Id);
                process.Kill();
                await process.WaitForExitAsync(Cancel);
                faults.AddRange(await FaultsAsync(database, isOver: false));
            }

            using (await StartAsync(http, database))
            {
                await UntilAsync(() => Volatile.Read(ref _left) == 0, () => $"{_left} left, {_waiting.Count} waiting, {_broken} broken, last {_last}");
                await AddsUpAsync(http);
                faults.AddRange(await FaultsAsync(database, isOver: true));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(senders);
        }

        return faults;
    }

    /// <summary>What was received is what it came to, also while messages come.</summary>
    async Task AddsUpAsync(HttpClient http)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(_server, "davy/v1/sources"));
        request.Headers.Authorization = new("Bearer", _token);
        using var answer = await http.SendAsync(request, Cancel);
        Accounting.Holds(JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!);
    }

    Task<List<string>> FaultsAsync(TestDatabase database, bool isOver) => KnownDeployments.FaultsAsync(database, [.. _answered.Distinct()], isOver);

    /// <summary>Starts davyd.</summary>
    async Task<BuiltProgram> StartAsync(HttpClient http, TestDatabase database)
    {
        var (program, server) = await StartedDavyd.StartAsync(http, ["--data", _folder.File("data"), "--database", database.ConnectionString, "--oidc", _folder.File("oidc.json"), "--ingest-rate-limit", "0", "--stranger-rate-limit", "0"]);
        _server = server;
        return program;
    }

    async Task SendAsync(HttpClient http, Func<Uri> receiver, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && Volatile.Read(ref _left) > 0)
        {
            if (_waiting.TryDequeue(out var message))
            {
                if (await PushAsync(http, receiver(), message.Body))
                {
                    _answered.Add(message);
                    Interlocked.Decrement(ref _left);
                    continue;
                }

                Interlocked.Increment(ref _broken);
                _waiting.Enqueue(message);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Delivers a message; whether it was answered with success.</summary>
    async Task<bool> PushAsync(HttpClient http, Uri receiver, string body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(receiver, "ingest/pubsub/logs")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", _token);
        try
        {
            using var answer = await http.SendAsync(request, CancellationToken.None);
            if (!answer.IsSuccessStatusCode) _last = answer.ToString();
            return answer.IsSuccessStatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException or SocketException or OperationCanceledException)
        {
            _last = fault.Message;
            return false;
        }
    }

    static async Task UntilAsync(Func<bool> holds, Func<string> state)
    {
        var start = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, state());
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancel);
        }
    }
}
