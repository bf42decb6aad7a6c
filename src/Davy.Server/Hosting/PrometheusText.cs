using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Davy.Server.Hosting;

/// <summary>
/// The numbers of one meter in Prometheus' text form (https://prometheus.io/docs/instrumenting/exposition_formats/), with names as OpenTelemetry maps them
/// (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/).
/// </summary>
sealed class PrometheusText : IDisposable
{
    /// <summary>The type of the text.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    // A meter whose labels are not bounded must not fill the memory.
    const int MostSeries = 10_000;

    readonly MeterListener _listener = new();
    readonly Lock _gate = new();
    readonly Dictionary<Instrument, SortedDictionary<string, Series>> _series = [];
    int _count;

    /// <summary>Begins to listen.</summary>
    /// <param name="meter">The meter.</param>
    public PrometheusText(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Measured(instrument, value, labels));
        _listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Measured(instrument, value, labels));
        _listener.Start();
    }

    /// <summary>All numbers of this moment.</summary>
    public string Write()
    {
        StringBuilder text = new();
        lock (_gate)
        {
            // What is asked now is told whole: of a source that is gone nothing is left standing.
            foreach (var (_, series) in _series.Where(each => each.Key.IsObservable))
            {
                _count -= series.Count;
                series.Clear();
            }

            _listener.RecordObservableInstruments();
            foreach (var (instrument, series) in _series.OrderBy(each => each.Key.Name, StringComparer.Ordinal)) Write(text, instrument, series);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    void Measured(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var key = Labels(labels);
        lock (_gate)
        {
            if (!_series.TryGetValue(instrument, out var all)) _series[instrument] = all = new(StringComparer.Ordinal);
            if (!all.TryGetValue(key, out var series))
            {
                if (_count >= MostSeries) return;
                _count++;
                all[key] = series = new(Bounds(instrument));
            }

            series.Add(value, isTotal: instrument.IsObservable);
        }
    }

    static IReadOnlyList<double> Bounds(Instrument instrument) => instrument is Histogram<double> histogram ? histogram.Advice?.HistogramBucketBoundaries ?? [] : [];

    static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        List<string> written = [];
        foreach (var (name, value) in labels) written.Add($"{name.Replace('.', '_')}=\"{Escaped(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")}\"");
        written.Sort(StringComparer.Ordinal);
        return string.Join(',', written);
    }

    static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    static void Write(StringBuilder text, Instrument instrument, SortedDictionary<string, Series> all)
    {
        if (all.Count == 0) return;
        var isHistogram = instrument is Histogram<double>;
        var isCounter = instrument is Counter<long>;
        var name = NameOf(instrument) + (isCounter ? "_total" : "");
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {instrument.Description}\n# TYPE {name} {(isHistogram ? "histogram" : isCounter ? "counter" : "gauge")}\n");
        foreach (var (labels, series) in all)
        {
            if (!isHistogram)
            {
                Line(text, name, labels, series.Sum);
                continue;
            }

            var below = 0L;
            for (var bucket = 0; bucket < series.Bounds.Count; bucket++)
            {
                below += series.Buckets[bucket];
                Line(text, $"{name}_bucket", With(labels, $"le=\"{Number(series.Bounds[bucket])}\""), below);
            }

            Line(text, $"{name}_bucket", With(labels, "le=\"+Inf\""), series.Count);
            Line(text, $"{name}_sum", labels, series.Sum);
            Line(text, $"{name}_count", labels, series.Count);
        }
    }

    static string NameOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
    }

    static string With(string labels, string more) => labels == "" ? more : $"{labels},{more}";

    static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels != "") text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    sealed class Series(IReadOnlyList<double> bounds)
    {
        public IReadOnlyList<double> Bounds => bounds;

        public long[] Buckets { get; } = new long[bounds.Count];

        public double Sum { get; private set; }

        public long Count { get; private set; }

        public void Add(double value, bool isTotal)
        {
            (Sum, Count) = (isTotal ? value : Sum + value, Count + 1);
            for (var bucket = 0; bucket < Buckets.Length; bucket++)
            {
                if (value > bounds[bucket]) continue;
                Buckets[bucket]++;
                return;
            }
        }
    }
}
