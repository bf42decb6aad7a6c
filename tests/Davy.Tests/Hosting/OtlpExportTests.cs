using System.Collections;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Server.Hosting;
using Davy.Tests.Api;
using Davy.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Davy.Tests.Hosting;

/// <summary>What davyd tells a collector of OpenTelemetry, and that none can hold it up.</summary>
public sealed class OtlpExportTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static Task<RunningServer> StartAsync(Uri collector, TimeSpan? interval = null) =>
        RunningServer.StartAsync(with: options => options with { Otlp = new(collector, IsHttp: true) { MetricInterval = interval ?? TimeSpan.FromMinutes(1) } });

    [Fact]
    public async Task MetricsHaveTheNamesUnitsAndBoundsThatAreDescribed()
    {
        await using var collector = await FakeCollector.StartAsync();
        await using (var server = await StartAsync(collector.Address))
        {
            Assert.Equal(204, await PushAsync(server, "one"));
            using var prometheus = await server.AnswerAsync("GET", "/metrics");
            Assert.Contains("davy_ingest_messages_total{outcome=\"accepted\",source=\"pubsub/logs\"} 1", await prometheus.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        foreach (var (name, unit) in new[]
        {
            ("davy.ingest.messages", "{message}"), ("davy.ingest.inflight", "{message}"), ("davy.ingest.last_message.age", "s"), ("davy.ingest.watermark.lag", "s"),
            ("davy.latency.event_to_finding", "s"), ("davy.store.commit.duration", "s"), ("davy.accounting.imbalance", "{message}"), ("davy.indicators.age", "s"), ("davy.alarms", "{alarm}"),
            ("http.server.request.duration", "s"),
        }) Assert.Contains(collector.Metrics, metric => metric.Text(1) == name && metric.Text(3) == unit);
        Assert.Equal([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10], Bounds(collector, "davy.store.commit.duration"));
        Assert.Equal([0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 86_400], Bounds(collector, "davy.latency.event_to_finding"));
        Assert.Contains(collector.Metrics.Where(metric => metric.Text(1) == "davy.ingest.messages").SelectMany(metric => metric.At(7, 1)),
            point => point.Attributes(7) is var labels && labels["source"] == "pubsub/logs" && labels["outcome"] == "accepted");
        Assert.All(collector.Resources, resource => Assert.Equal("davyd", resource["service.name"]));
    }

    [Fact]
    public async Task AMessageIsOneTraceThatGoesOnFromWhoPushedIt()
    {
        var (trace, unsampled) = (Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"));
        await using var collector = await FakeCollector.StartAsync();
        await using (var server = await StartAsync(collector.Address))
        {
            Assert.Equal(204, await PushAsync(server, "one", $"00-{trace}-00f067aa0ba902b7-01"));
            Assert.Equal(204, await PushAsync(server, "two", $"00-{unsampled}-00f067aa0ba902b7-00"));
            Assert.Equal(204, await PushAsync(server, "three", "no trace at all", source: $"own-{trace}"));
            Assert.Equal(204, await PushAsync(server, "four", source: $"own-{trace}"));
        }

        var spans = collector.Spans.Where(span => span.Hex(1) == trace).ToDictionary(span => span.Text(5));
        Assert.Equal(["davy.commit", "davy.examine", "davy.receive"], spans.Keys.Order());
        Assert.Equal("00f067aa0ba902b7", spans["davy.receive"].Hex(4));
        Assert.Equal((spans["davy.receive"].Hex(2), spans["davy.receive"].Hex(2)), (spans["davy.examine"].Hex(4), spans["davy.commit"].Hex(4)));
        var told = spans["davy.receive"].Attributes(9);
        Assert.Equal(("pubsub/logs", "1", "1", "0"), (told["davy.source"], told["davy.entries"], told["davy.accepted"], told["davy.rejected"]));
        Assert.DoesNotContain(collector.Spans, span => span.Hex(1) == unsampled);

        // Where nobody tells a trace, each message begins one.
        var own = collector.Spans.Where(span => span.Text(5) == "davy.receive" && span.Attributes(9)["davy.source"] == $"pubsub/own-{trace}").ToList();
        Assert.Equal(2, own.Select(span => span.Hex(1)).Distinct().Count());
        Assert.All(own, span => Assert.Equal("", span.Hex(4)));
    }

    [Fact]
    public async Task NothingOfAnEntryAndNoSecretIsTold()
    {
        await using var collector = await FakeCollector.StartAsync();
        await using (var server = await StartAsync(collector.Address))
        {
            await PushAsync(server, "canary-service", body: Entry("canary-service", "canary-project"));
            await PushAsync(server, "canary-message", body: "no entry, but canary-text");
            using var list = await server.AnswerAsync("GET", "/v2/organizations/77/sources/-/findings?filter=category%3D%22canary-filter%22", authorization: "Bearer davy_canary-token");
            server.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Davy.Tests").Log(LogLevel.Error, new EventId(1), "a fault of the test", null, (text, _) => text);
        }

        Assert.NotEmpty(collector.Spans);
        Assert.NotEmpty(collector.Metrics);
        Assert.Contains(collector.Logs, record => record.At(5).Single().Text(1) == "a fault of the test" && record.Text(3) == "Error");
        Assert.All(collector.Bodies, body => Assert.DoesNotContain("canary", Encoding.Latin1.GetString(body), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task ACollectorThatHangsHoldsUpNothing()
    {
        await using var collector = await FakeCollector.StartAsync(isHanging: true);
        var server = await StartAsync(collector.Address, TimeSpan.FromMilliseconds(200));
        for (var tries = 0; collector.Waiting == 0 && tries < 600; tries++) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel);
        Assert.True(collector.Waiting > 0);

        for (var number = 0; number < 20; number++) Assert.Equal(204, await PushAsync(server, $"web-{number}"));

        // Metrics, spans and lines of the log wait; all of them together hold up the stop for less than the ten seconds that davyd is given.
        server.Services.GetRequiredService<ILogger<OtlpExportTests>>().Log(LogLevel.Critical, default, "A line that waits.", null, (text, _) => text);
        await StopAsync().WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        async Task StopAsync()
        {
            await server.StopAsync();
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task ACollectorThatIsGoneHoldsUpNothingAndWithoutOneThereIsNothing()
    {
        await using (var server = await StartAsync(new("http://127.0.0.1:1"), TimeSpan.FromMilliseconds(200)))
        {
            for (var number = 0; number < 20; number++) Assert.Equal(204, await PushAsync(server, $"web-{number}"));
            Assert.Contains(server.Services.GetServices<IHostedService>(), service => service is OtlpExport);
        }

        await using var without = await RunningServer.StartAsync();
        Assert.DoesNotContain(without.Services.GetServices<IHostedService>(), service => service is OtlpExport);
        Assert.DoesNotContain(without.Services.GetServices<ILoggerProvider>(), provider => provider.GetType().Namespace!.StartsWith("OpenTelemetry", StringComparison.Ordinal));
    }

    [Fact]
    public void TheVariablesOfOpenTelemetrySayWhere()
    {
        Assert.Null(OtlpOptions.Read(new Hashtable()));
        Assert.Null(OtlpOptions.Read(new Hashtable { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4317", ["OTEL_SDK_DISABLED"] = "true" }));

        var grpc = OtlpOptions.Read(new Hashtable { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4317" })!;
        Assert.Equal((new Uri("http://127.0.0.1:4317"), false), (grpc.At("traces"), grpc.IsHttp));
        var http = OtlpOptions.Read(new Hashtable { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "https://otel.example.com/in/", ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_METRIC_EXPORT_INTERVAL"] = "5000" })!;
        Assert.Equal((new Uri("https://otel.example.com/in/v1/logs"), TimeSpan.FromSeconds(5)), (http.At("logs"), http.MetricInterval));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:hunter2@127.0.0.1:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "soon")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "10")]
    public void AVariableThatCannotBeUsedIsNamed(string name, string value)
    {
        var fault = Assert.Throws<OptionException>(() => OtlpOptions.Read(new Hashtable { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4317", [name] = value }));

        Assert.StartsWith($"{name} must be ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault.Message, StringComparison.Ordinal);
    }

    static double[] Bounds(FakeCollector collector, string name) => collector.Metrics.First(metric => metric.Text(1) == name).At(9, 1).First().Doubles(7);

    static string Entry(string service, string project) => SomeEntries.SystemEvent(project, service).ToJsonString();

    static async Task<int> PushAsync(RunningServer server, string service, string? parent = null, string? body = null, string source = "logs")
    {
        JsonObject message = new() { ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(body ?? Entry(service, "acme-prod"))), ["messageId"] = service };
        using HttpRequestMessage request = new(HttpMethod.Post, $"/ingest/pubsub/{source}") { Content = new StringContent(new JsonObject { ["message"] = message }.ToJsonString(), Encoding.UTF8, "application/json") };
        if (parent is not null) request.Headers.TryAddWithoutValidation("traceparent", Uri.EscapeDataString(parent));
        return (int)await server.StatusAsync(request);
    }
}
