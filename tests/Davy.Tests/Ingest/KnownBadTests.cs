using System.Text;
using System.Text.Json.Nodes;
using Davy.Server.Hosting;
using Davy.Storage;
using Davy.Tests.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Ingest;

/// <summary>Lists of indicators of the user's own, and how davyd takes up what is written into them.</summary>
public sealed class KnownBadTests : IAsyncLifetime
{
    readonly TemporaryFolder _folder = new();
    readonly FakeTimeProvider _clock = new(new(2026, 1, 10, 2, 0, 0, TimeSpan.Zero));
    RunningServer _server = null!;
    int _sent;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string List => _folder.File("ours.txt");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(List, "registry.example.com/team/one\n", Cancel);
        _server = await RunningServer.StartAsync(_clock, with: options => options with
        {
            IndicatorFiles = [List],
            KnownFrom = FileState.Of([List]),
            KnownBad = KnownBad.Read([List], null),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task WhatIsWrittenIntoAListIsFoundFromThenOn()
    {
        Assert.Equal(1, await FindingsAfterAsync("registry.example.com/team/one", "web-one"));
        Assert.Equal(1, await FindingsAfterAsync("registry.example.com/team/two", "web-two"));

        await File.WriteAllTextAsync(List, "registry.example.com/team/one\nregistry.example.com/team/two\n", Cancel);
        var number = 0;
        Assert.True(await EventuallyAsync(async () => await FindingsAfterAsync("registry.example.com/team/two", $"web-two-{number++}") > 1));
    }

    [Fact]
    public async Task AListThatCannotBeReadLeavesTheOneBeforeItAndIsTold()
    {
        await File.WriteAllTextAsync(List, """{"version": 1, "what": ["is this"]}""", Cancel);
        Assert.True(await EventuallyAsync(async () => (await ReasonsAsync()).Contains("cannot be read", StringComparison.Ordinal)));
        Assert.Equal(1, await FindingsAfterAsync("registry.example.com/team/one", "web-one"));

        File.Delete(List);
        await File.WriteAllTextAsync(List, "registry.example.com/team/two\n", Cancel);
        Assert.True(await EventuallyAsync(async () => await ReasonsAsync() == "[]"));
        Assert.Equal(2, await FindingsAfterAsync("registry.example.com/team/two", "web-two"));
    }

    async Task<bool> EventuallyAsync(Func<Task<bool>> holds)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            if (await holds()) return true;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        }

        return false;
    }

    async Task<string> ReasonsAsync() => (await _server.DoAsync("GET", "/readyz"))["reasons"]!.ToJsonString();

    async Task<long> FindingsAfterAsync(string image, string service)
    {
        var entry = SomeEntries.SystemEvent("acme-prod", service, image).ToJsonString();
        var body = new JsonObject { ["message"] = new JsonObject { ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(entry)), ["messageId"] = $"{_sent++}" } }.ToJsonString();
        using var answer = await _server.AnswerAsync("POST", "/ingest/pubsub/logs", body);
        Assert.Equal(204, (int)answer.StatusCode);
        return await _server.Services.GetRequiredService<Database>().ReadAsync(async connection =>
        {
            await using var ask = connection.Command("SELECT count(*) FROM findings");
            return Convert.ToInt64(await ask.ExecuteScalarAsync(Cancel), System.Globalization.CultureInfo.InvariantCulture);
        }, Cancel);
    }
}
