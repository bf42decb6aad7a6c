namespace Davy.Indicators;

/// <summary>All indicators at one moment.</summary>
public sealed class IndicatorSet
{
}
