using System.Diagnostics.Metrics;
using Davy.Findings;
using Davy.Indicators;
using Davy.Logs;
using Davy.Storage;

namespace Davy;

/// <summary>
/// The watch in numbers, for whoever listens to the meter <c>Davy</c>; <c>docs/operations.md</c> tells what each means. Names and units are as OpenTelemetry has them
/// (https://opentelemetry.io/docs/specs/semconv/general/metrics/): seconds, bytes, and labels of which there are few.
/// </summary>
public sealed class WatchMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Davy";

    static readonly InstrumentAdvice<double> CommitSeconds = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    static readonly InstrumentAdvice<double> FindingSeconds = new() { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 86_400] };

    static readonly InstrumentAdvice<double> InspectionSeconds = new() { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300] };

    readonly SourceHealth _sources;
    readonly Func<IndicatorSet> _indicators;
    readonly TimeProvider _time;
    readonly KeyValuePair<string, object?> _backend;
    int _failedInspections;
    readonly Counter<long> _messages;
    readonly Counter<long> _rejects;
    readonly Histogram<double> _commit;
    readonly Histogram<double> _finding;
    readonly Counter<long> _inspections;
    readonly Histogram<double> _inspecting;

    internal WatchMetrics(SourceHealth sources, Func<IndicatorSet> indicators, DatabaseKind backend, TimeProvider time)
    {
        (_sources, _indicators, _time, _backend) = (sources, indicators, time, new("backend", backend is DatabaseKind.Sqlite ? "sqlite" : "postgresql"));
        Meter = new(MeterName);
        _messages = Meter.CreateCounter<long>("davy.ingest.messages", "{message}", "Log entries, by what they came to.");
        _rejects = Meter.CreateCounter<long>("davy.ingest.rejects", "{message}", "What could not be read as a log entry, by the kind of fault.");
        _commit = Meter.CreateHistogram("davy.store.commit.duration", "s", "How long a transaction of the watch took, until it was durable.", [], CommitSeconds);
        _finding = Meter.CreateHistogram("davy.latency.event_to_finding", "s", "From an entry's own time to the finding that is kept of it.", [], FindingSeconds);
        _inspections = Meter.CreateCounter<long>("davy.inspect.results", "{image}", "Images that were looked into, by verdict.");
        _inspecting = Meter.CreateHistogram("davy.inspect.duration", "s", "How long it took to look into an image.", [], InspectionSeconds);

        Meter.CreateObservableUpDownCounter("davy.inspect.waiting", () => WaitingInspections, "{image}", "Images that wait to be looked into, in the whole database.");
        Meter.CreateObservableUpDownCounter("davy.ingest.inflight", () => _sources.Counts.Values.Select(count => Of(count.Name, count.Totals.InFlight)), "{message}", "Log entries that were taken and are not kept yet.");
        Meter.CreateObservableGauge("davy.ingest.last_message.age", Ages, "s", "Since when no entry came.");
        Meter.CreateObservableGauge("davy.ingest.watermark.lag", Lags, "s", "From the latest of the entries' own times to now.");
        Meter.CreateObservableGauge("davy.accounting.imbalance", () => _sources.Counts.Values.Select(count => Of(count.Name, count.Totals.Imbalance)), "{message}", "Log entries that are not accounted for; anything but 0 is a fault.");
        Meter.CreateObservableUpDownCounter("davy.dead_letters.messages", () => DeadLetters.Select(total => Of(total.Source, total.Letters)), "{message}", "Dead letters that are kept, in the whole database.");
        Meter.CreateObservableUpDownCounter("davy.dead_letters.bytes", () => DeadLetters.Select(total => Of(total.Source, total.Bytes)), "By", "Bytes of dead letters that are kept, in the whole database.");
        Meter.CreateObservableGauge("davy.indicators.age", IndicatorAges, "s", "How old a list of indicators is.");
        Meter.CreateObservableGauge("davy.alarms", Standing, "{alarm}", "Alarms that stand.");
    }

    /// <summary>The meter.</summary>
    public Meter Meter { get; }

    /// <summary>How many dead letters there are; whoever counts them says it here.</summary>
    public IReadOnlyList<DeadLetterTotal> DeadLetters { get; set => Volatile.Write(ref field, value); } = [];

    /// <summary>How many images wait to be looked into; whoever counts them says it here.</summary>
    public long WaitingInspections { get; set => Volatile.Write(ref field, value); }

    /// <summary>How many attempts to look into an image failed since the last that did not.</summary>
    public int FailedInspections => Volatile.Read(ref _failedInspections);

    /// <summary>The alarms that stand; whoever looks for them says it here.</summary>
    public IReadOnlyList<WatchAlarm> Alarms { get; set => Volatile.Write(ref field, value); } = [];

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    /// <summary>A delivery is kept.</summary>
    internal void Kept(string source, KeptDelivery kept)
    {
        var now = Timestamp.From(_time.GetUtcNow());
        foreach (var (outcome, number) in new[] { ("accepted", kept.Came.Accepted), ("ignored", kept.Came.Ignored), ("duplicate", kept.Came.Duplicates), ("rejected", kept.Came.Rejected), ("dead_lettered", kept.Came.DeadLettered) })
        {
            if (number > 0) _messages.Add(number, new("source", source), new("outcome", outcome));
        }

        foreach (var reason in kept.Rejected) _rejects.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
        foreach (var time in kept.Found) _finding.Record(Math.Max(0, now.NanosSince(time) / 1e9), new KeyValuePair<string, object?>("source", source));
    }

    /// <summary>A transaction of the watch took so long.</summary>
    internal void Committed(TimeSpan duration) => _commit.Record(duration.TotalSeconds, _backend);

    /// <summary>An image was looked into, or could not be.</summary>
    /// <param name="step">What it came to.</param>
    public void Inspected(InspectionStep step)
    {
        if (step.HasFailed) Interlocked.Increment(ref _failedInspections);
        else if (step.Verdict is not null) Volatile.Write(ref _failedInspections, 0);
        if (step.Verdict is not { } verdict) return;
        _inspections.Add(1, new KeyValuePair<string, object?>("verdict", Reports.ImageWords.Value(verdict)));
        _inspecting.Record(step.Took.TotalSeconds);
    }

    IEnumerable<Measurement<double>> Ages()
    {
        var now = _time.GetUtcNow();
        return _sources.Reports.Select(source => new Measurement<double>(Math.Max(0, (now - (source.LastAt ?? source.Since)).TotalSeconds), new KeyValuePair<string, object?>("source", source.Name)));
    }

    IEnumerable<Measurement<double>> Lags()
    {
        var now = _time.GetUtcNow();
        foreach (var source in _sources.Reports)
        {
            if (source.Lag(now) is { } lag) yield return new(lag.TotalSeconds, new KeyValuePair<string, object?>("source", source.Name));
        }
    }

    IEnumerable<Measurement<double>> IndicatorAges()
    {
        var now = _time.GetUtcNow();
        foreach (var list in _indicators().Lists)
        {
            if (WatchAlarms.AgeOf(list, now) is { } age) yield return new(Math.Max(0, age.TotalSeconds), new KeyValuePair<string, object?>("list", list.Name));
        }
    }

    IEnumerable<Measurement<long>> Standing()
    {
        var alarms = Alarms;
        return Enum.GetValues<AlarmKind>().Select(kind => new Measurement<long>(alarms.Count(alarm => alarm.Kind == kind), new KeyValuePair<string, object?>("kind", kind.ToString())));
    }

    static Measurement<long> Of(string source, long number) => new(number, new KeyValuePair<string, object?>("source", source));
}
