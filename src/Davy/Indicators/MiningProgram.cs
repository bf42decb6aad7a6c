namespace Davy.Indicators;

/// <summary>Programs that mine, told by the names of their files.</summary>
/// <param name="Id">The id of the signal that one of them runs.</param>
/// <param name="Weight">Strong; medium where other programs bear the names too.</param>
/// <param name="Order">Its place in the fixed order of the signals.</param>
/// <param name="Names">The names, without folder, version and <c>.exe</c>.</param>
/// <param name="Examples">Names of files that it must know.</param>
/// <param name="CounterExamples">Names of files that it must not.</param>
/// <param name="Sources">Who reported it; never empty.</param>
public sealed record MiningProgram(
    string Id, SignalWeight Weight, int Order, IReadOnlyList<string> Names, IReadOnlyList<string> Examples, IReadOnlyList<string> CounterExamples, IReadOnlyList<IndicatorSource> Sources)
{
    /// <summary>The name of a program without its version and <c>.exe</c>: <c>xmrig</c> of <c>xmrig-6.21.0</c>.</summary>
    internal static ReadOnlySpan<char> StemOf(ReadOnlySpan<char> file)
    {
        var name = file.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? file[..^4] : file;
        var stem = name.TrimEnd("0123456789.");
        if (stem.Length == name.Length) return name;
        return stem.EndsWith("-") ? stem[..^1] : stem.EndsWith("-v", StringComparison.OrdinalIgnoreCase) ? stem[..^2] : name;
    }
}
