using Davy.Reports;

namespace Davy.Server.Ingest;

/// <summary>Where a source that is run tells that it cannot go on, and that it can again. A fault is logged when it begins or becomes another; health and alarms have it from the watch.</summary>
/// <param name="sources">The sources of the watch.</param>
/// <param name="log">The log.</param>
sealed partial class SourceFaults(SourceHealth sources, ILogger<SourceFaults> log)
{
    const int LongestReason = 500;

    /// <summary>A source is read from now on: it is listed, and its silence tells something.</summary>
    /// <param name="source">The name that its entries are counted for.</param>
    public void Begin(string source) => sources.Expect(source);

    /// <summary>What is wrong with a source; null for nothing.</summary>
    /// <param name="source">The name that its entries are counted for.</param>
    public string? Fault(string source) => sources.Faults.GetValueOrDefault(source) is { IsPresent: true } fault ? fault.Reason : null;

    /// <summary>A source could not go on.</summary>
    /// <param name="source">The name that its entries are counted for.</param>
    /// <param name="fault">Why.</param>
    public void Failed(string source, Exception fault)
    {
        var reason = TextSanitizer.Clean(fault.Message, LongestReason);
        var isNew = sources.Faults.GetValueOrDefault(source) is not { IsPresent: true } before || before.Reason != reason;
        sources.Failed(source, reason);
        if (isNew) CannotBeRead(source, fault);
    }

    /// <summary>A source answered as it should.</summary>
    /// <param name="source">The name that its entries are counted for.</param>
    public void Recovered(string source)
    {
        if (sources.Faults.GetValueOrDefault(source) is not { IsPresent: true }) return;
        sources.Recovered(source);
        CanBeReadAgain(source);
    }

    [LoggerMessage(1410, LogLevel.Error, "The source {Source} cannot be read; it is tried again and again.")]
    partial void CannotBeRead(string source, Exception fault);

    [LoggerMessage(1411, LogLevel.Information, "The source {Source} can be read again.")]
    partial void CanBeReadAgain(string source);
}
