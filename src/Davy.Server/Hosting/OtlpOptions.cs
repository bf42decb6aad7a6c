using System.Collections;
using System.Globalization;

namespace Davy.Server.Hosting;

/// <summary>
/// Where metrics, traces and logs are sent, by the variables that OpenTelemetry has for it
/// (https://opentelemetry.io/docs/specs/otel/protocol/exporter/).
/// </summary>
/// <param name="Endpoint">The collector, http or https; of HTTP the paths of the signals follow.</param>
/// <param name="IsHttp">Protobuf over HTTP/1.1; otherwise over gRPC.</param>
sealed record OtlpOptions(Uri Endpoint, bool IsHttp)
{
    /// <summary>How often metrics are sent.</summary>
    public TimeSpan MetricInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Reads them.</summary>
    /// <param name="environment">The process's environment.</param>
    /// <returns>Null where no collector is named, or all of it is switched off.</returns>
    /// <exception cref="OptionException">One cannot be used.</exception>
    public static OtlpOptions? Read(IDictionary environment)
    {
        if (environment["OTEL_EXPORTER_OTLP_ENDPOINT"] is not string { Length: > 0 } text || environment["OTEL_SDK_DISABLED"] is "true") return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https") || endpoint.UserInfo != "" || endpoint.Query != "")
        {
            throw new OptionException("OTEL_EXPORTER_OTLP_ENDPOINT must be the URL of a collector, as in http://127.0.0.1:4317, without name, password and query; secrets go into OTEL_EXPORTER_OTLP_HEADERS.");
        }

        return new(endpoint, Protocol(environment["OTEL_EXPORTER_OTLP_PROTOCOL"] as string)) { MetricInterval = Interval(environment["OTEL_METRIC_EXPORT_INTERVAL"] as string) };
    }

    /// <summary>Where a signal goes.</summary>
    /// <param name="signal"><c>traces</c>, <c>metrics</c> or <c>logs</c>.</param>
    public Uri At(string signal) => IsHttp ? new($"{Endpoint.AbsoluteUri.TrimEnd('/')}/v1/{signal}") : Endpoint;

    static bool Protocol(string? text) => text switch
    {
        null or "" or "grpc" => false,
        "http/protobuf" => true,
        _ => throw new OptionException("OTEL_EXPORTER_OTLP_PROTOCOL must be grpc (which is meant where nothing is said) or http/protobuf."),
    };

    static TimeSpan Interval(string? text) => text is null or "" ? TimeSpan.FromMinutes(1)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is >= 1_000 and <= 3_600_000 ? TimeSpan.FromMilliseconds(milliseconds)
        : throw new OptionException("OTEL_METRIC_EXPORT_INTERVAL must be milliseconds, 1,000 to 3,600,000.");
}
