using Davy.Images;
using Davy.Indicators;

namespace Davy.Server.Hosting;

/// <summary>What is known to be bad, as the files that were named say.</summary>
/// <param name="Indicators">The built-in list, and those of the files.</param>
/// <param name="Upstreams">What stands behind remote repositories, mirrors and proxies.</param>
sealed record KnownBad(IndicatorSet Indicators, Upstreams Upstreams)
{
    /// <summary>The built-in list alone.</summary>
    public static KnownBad BuiltIn { get; } = new(IndicatorSet.Default, Upstreams.None);

    /// <summary>Reads the files.</summary>
    /// <param name="indicators">Lists of indicators.</param>
    /// <param name="upstreams">The file of upstreams; null for none.</param>
    /// <exception cref="OptionException">One cannot be read, or is wrong; the message names file and line.</exception>
    public static KnownBad Read(IReadOnlyList<string> indicators, string? upstreams)
    {
        var option = "--indicators";
        try
        {
            var set = indicators.Count == 0 ? IndicatorSet.Default : IndicatorSet.Default.With(indicators.Select(IndicatorFile.Read));
            option = "--upstreams";
            return new(set, upstreams is null ? Upstreams.None : Upstreams.Read(upstreams));
        }
        catch (Exception fault) when (fault is UnreadableFileException or IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"{option}: {fault.Message}");
        }
    }
}
