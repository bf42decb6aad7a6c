using System.Globalization;

namespace Davy.Server.Inspections;

/// <summary>What a confined process may take.</summary>
/// <param name="DataBytes">Memory that is its own and may be written, in bytes (RLIMIT_DATA). Not the address space: a program of .NET reserves far more of it than it uses.</param>
/// <param name="ProcessorSeconds">Processor time.</param>
/// <param name="Files">Open files and connections.</param>
/// <param name="Processes">Processes and threads of the whole user.</param>
sealed record ConfinedLimits(long DataBytes, long ProcessorSeconds, long Files, long Processes)
{
    /// <summary>As words of a command line.</summary>
    public IEnumerable<string> Words => new[] { DataBytes, ProcessorSeconds, Files, Processes }.Select(number => number.ToString(CultureInfo.InvariantCulture));

    /// <summary>From words of a command line.</summary>
    public static ConfinedLimits Read(ReadOnlySpan<string> words) => new(Number(words[0]), Number(words[1]), Number(words[2]), Number(words[3]));

    static long Number(string word) => long.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture);
}
