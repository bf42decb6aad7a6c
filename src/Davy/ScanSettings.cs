using Davy.Detection;
using Davy.Indicators;
using Davy.Logs;

namespace Davy;

/// <summary>What a scan works with.</summary>
public sealed record ScanSettings
{
    /// <summary>The detectors.</summary>
    public required IReadOnlyList<IDetector> Detectors { get; init; }

    /// <summary>What is known to be bad.</summary>
    public required IndicatorSet Indicators { get; init; }

    /// <summary>What is allowed all the same.</summary>
    public ExceptionFile Exceptions { get; init; } = ExceptionFile.Empty;

    /// <summary>The day by which exceptions expire.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>How the images of the deployments are inspected; null for not at all, which asks no registry.</summary>
    public ScanInspection? Inspection { get; init; }

    /// <summary>What an entry may be.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    /// <summary>On how many threads inputs are read; what is found never depends on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Whether entries that cannot concern Cloud Run are parsed all the same, so that malformed ones among them are counted.</summary>
    public bool Validate { get; init; }
}
