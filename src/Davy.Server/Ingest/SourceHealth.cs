using System.Collections.Concurrent;
using Davy.Server.Hosting;

namespace Davy.Server.Ingest;

/// <summary>How it stands with each source: what went wrong last, until it goes well again. Told once when it changes: in the log with the reason, in the health without.</summary>
/// <param name="notes">The health of the program.</param>
/// <param name="log">The log.</param>
sealed partial class SourceHealth(HealthNotes notes, ILogger<SourceHealth> log)
{
    readonly ConcurrentDictionary<string, string> _faults = new(StringComparer.Ordinal);

    /// <summary>What is wrong with a source; null for nothing.</summary>
    /// <param name="source">Its name.</param>
    public string? Fault(string source) => _faults.GetValueOrDefault(source);

    /// <summary>A source could not go on.</summary>
    /// <param name="source">Its name.</param>
    /// <param name="fault">Why.</param>
    public void Failed(string source, Exception fault)
    {
        notes.Tell($"source {source}", $"The source {source} cannot be read.");
        var isNew = !_faults.TryGetValue(source, out var before) || before != fault.Message;
        _faults[source] = fault.Message;
        if (isNew) CannotBeRead(source, fault);
    }

    /// <summary>A source answered as it should.</summary>
    /// <param name="source">Its name.</param>
    public void Recovered(string source)
    {
        if (!_faults.TryRemove(source, out _)) return;
        notes.Tell($"source {source}", null);
        CanBeReadAgain(source);
    }

    [LoggerMessage(1410, LogLevel.Error, "The source {Source} cannot be read; it is tried again and again.")]
    partial void CannotBeRead(string source, Exception fault);

    [LoggerMessage(1411, LogLevel.Information, "The source {Source} can be read again.")]
    partial void CanBeReadAgain(string source);
}
