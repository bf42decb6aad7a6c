using Davy.Images.Content;
using Davy.Indicators;

namespace Davy.Inspection;

/// <summary>How an image is inspected.</summary>
public sealed record InspectionSettings
{
    /// <summary>What is known to be bad.</summary>
    public IndicatorSet Indicators { get; init; } = IndicatorSet.Default;

    /// <summary>How much is read.</summary>
    public ImageLimits Limits { get; init; } = ImageLimits.Default;

    /// <summary>The platform; null for all.</summary>
    public Platform? Platform { get; init; } = Platform.OfCloudRun;

    /// <summary>Whether to read on where the verdict is known already.</summary>
    public bool AllLayers { get; init; }

    /// <summary>How many layers are read at once.</summary>
    public int Parallel { get; init; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
