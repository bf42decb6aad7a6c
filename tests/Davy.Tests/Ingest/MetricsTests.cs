using System.Text;
using System.Text.RegularExpressions;
using Davy.Tests.Api;
using Davy.Tests.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Davy.Tests.Ingest;

/// <summary>The numbers of a server, as Prometheus asks for them.</summary>
public sealed partial class MetricsTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static Task<Observation> SeeAsync(Watch watch, string json, int number) => watch.ObserveAsync(Encoding.UTF8.GetBytes(json), new("pubsub/logs", new($"pubsub/logs/{number}", 1, 0)), Cancel);

    static async Task<string> MetricsAsync(RunningServer server)
    {
        using var answer = await server.AnswerAsync("GET", "/metrics", authorization: server.Token is { } token ? $"Bearer {token}" : null);
        Assert.Equal((200, "text/plain"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    [Fact]
    public async Task WhatCameInIsToldInPrometheusForm()
    {
        FakeTimeProvider clock = new(new(2026, 1, 10, 1, 0, 10, TimeSpan.Zero));
        await using var server = await RunningServer.StartAsync(clock);
        var watch = server.Services.GetRequiredService<Watch>();
        await SeeAsync(watch, SomeLetters.Miner(), 1);
        await SeeAsync(watch, SomeLetters.Miner(), 2);
        await SeeAsync(watch, "no entry", 3);
        clock.Advance(TimeSpan.FromSeconds(30));

        var text = await MetricsAsync(server);
        foreach (var line in (string[])
        [
            "# TYPE davy_ingest_messages_total counter",
            "davy_ingest_messages_total{outcome=\"accepted\",source=\"pubsub/logs\"} 1",
            "davy_ingest_messages_total{outcome=\"duplicate\",source=\"pubsub/logs\"} 1",
            "davy_ingest_messages_total{outcome=\"rejected\",source=\"pubsub/logs\"} 1",
            "davy_ingest_inflight{source=\"pubsub/logs\"} 0",
            "davy_ingest_last_message_age_seconds{source=\"pubsub/logs\"} 30",
            "davy_ingest_watermark_lag_seconds{source=\"pubsub/logs\"} 31",
            "davy_accounting_imbalance{source=\"pubsub/logs\"} 0",
            "# TYPE davy_latency_event_to_finding_seconds histogram",
            "davy_latency_event_to_finding_seconds_bucket{source=\"pubsub/logs\",le=\"0.5\"} 0",
            "davy_latency_event_to_finding_seconds_bucket{source=\"pubsub/logs\",le=\"1\"} 1",
            "davy_latency_event_to_finding_seconds_bucket{source=\"pubsub/logs\",le=\"+Inf\"} 1",
            "davy_latency_event_to_finding_seconds_sum{source=\"pubsub/logs\"} 1",
            "davy_store_commit_duration_seconds_count{backend=\"sqlite\"} 3",
            "davy_alarms{kind=\"Silent\"} 0",
        ]) Assert.Contains(line, text.Split('\n'));
        Assert.Contains("davy_indicators_age_seconds{list=\"known-miners\"} ", text, StringComparison.Ordinal);
        Assert.Matches("davy_ingest_rejects_total\\{reason=\"[A-Za-z]+\"\\} 1\n", text);
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Matches(Line(), line));
    }

    [Fact]
    public async Task AHostileNameStaysInItsLabelAndEachServerTellsItsOwnNumbers()
    {
        await using var one = await RunningServer.StartAsync();
        await using var other = await RunningServer.StartAsync();
        one.Services.GetRequiredService<SourceHealth>().Expect("a\"} 1\nfake{x=\"\\");

        Assert.Contains("{source=\"a\\\"} 1\\nfake{x=\\\"\\\\\"}", await MetricsAsync(one), StringComparison.Ordinal);
        Assert.DoesNotContain("fake", await MetricsAsync(other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnlyWhoMayViewIsTold()
    {
        await using var server = await RunningServer.StartAsync(insecure: false);
        Assert.Equal(401, (int)(await server.SendAsync("GET", "/metrics")).Status);
        server.Token = (await server.TokenAsync("ingester")).Text;
        Assert.Equal(403, (int)(await server.SendAsync("GET", "/metrics")).Status);
        server.Token = (await server.TokenAsync("viewer")).Text;
        Assert.Contains("# TYPE davy_alarms gauge", await MetricsAsync(server), StringComparison.Ordinal);
    }

    [GeneratedRegex("^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\\{[a-z_]+=\"[^\"]*\"(?:,[a-z_]+=\"[^\"]*\")*\\})? [-+.0-9E]+)$")]
    private static partial Regex Line();
}
