using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Davy.Server.Hosting;

/// <summary>
/// Sends metrics, traces and logs to a collector by OTLP (https://opentelemetry.io/docs/specs/otlp/). All is sent from threads of their own, out of queues that throw away what has
/// no room, so that a collector that is slow or gone holds up nothing.
/// </summary>
sealed class OtlpExport : IHostedService, IDisposable
{
    const int QueuedSpans = 2_048;
    const int QueuedLogs = 512;
    const int Batch = 512;
    const int DelayMilliseconds = 5_000;
    const int PatienceMilliseconds = 5_000;

    // Whoever stops davyd gives it ten seconds, for all that it has to do.
    const int LastMilliseconds = 2_000;

    readonly MeterProvider _metrics;
    readonly TracerProvider _traces;
    readonly BatchLogRecordExportProcessor _logs;

    OtlpExport(OtlpOptions options, BatchLogRecordExportProcessor logs)
    {
        _logs = logs;

        // The provider disposes of reader, processor and exporter.
#pragma warning disable CA2000
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(Resource())
            .AddMeter(WatchMetrics.MeterName, "Microsoft.AspNetCore.Hosting")
            .AddReader(new PeriodicExportingMetricReader(new OtlpMetricExporter(Exporting(options, "metrics")), (int)options.MetricInterval.TotalMilliseconds, PatienceMilliseconds))
            .Build();
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(Resource())
            .AddSource(WatchTrace.SourceName)
            .AddProcessor(new BatchActivityExportProcessor(new OtlpTraceExporter(Exporting(options, "traces")), QueuedSpans, DelayMilliseconds, PatienceMilliseconds, Batch))
            .Build();
#pragma warning restore CA2000
    }

    /// <summary>Adds it, where a collector is named.</summary>
    /// <param name="builder">The program.</param>
    /// <param name="options">The collector; null for none.</param>
    public static void Add(WebApplicationBuilder builder, OtlpOptions? options)
    {
        if (options is null) return;

#pragma warning disable CA2000 // As above.
        BatchLogRecordExportProcessor logs = new(new OtlpLogExporter(Exporting(options, "logs")), QueuedLogs, DelayMilliseconds, PatienceMilliseconds, Batch);
#pragma warning restore CA2000
        builder.Services.AddHostedService(_ => new OtlpExport(options, logs));
        builder.Logging.AddOpenTelemetry(provider => provider.SetResourceBuilder(Resource()).AddProcessor(logs));
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left, if the collector takes it soon.</summary>
    /// <param name="cancellationToken">There is no time any more.</param>
    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(
            Task.Run(() => _metrics.Shutdown(LastMilliseconds), cancellationToken),
            Task.Run(() => _traces.Shutdown(LastMilliseconds), cancellationToken),
            Task.Run(() => _logs.Shutdown(LastMilliseconds), cancellationToken)).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _metrics.Dispose();
        _traces.Dispose();
    }

    static OtlpExporterOptions Exporting(OtlpOptions options, string signal) => new()
    {
        Endpoint = options.At(signal),
        Protocol = options.IsHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc,
        TimeoutMilliseconds = PatienceMilliseconds,
    };

    /// <summary>What tells this program from others; <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> come before it.</summary>
    static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService("davyd", serviceVersion: typeof(Scan).Assembly.GetName().Version?.ToString(3)).AddTelemetrySdk().AddEnvironmentVariableDetector();
}
