using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Davy.Server.Inspections;

/// <summary>
/// The first moments of a confined process: davyd, started once more, takes all rights from itself that the program does not need, and becomes the program. A limit that a parent sets on a
/// running child comes late; and between fork and exec no code of .NET may run.
/// </summary>
static class ConfinedStart
{
    /// <summary>The first word of such a command line.</summary>
    public const string Word = "become-confined";

    // The same number on all processors: https://man7.org/linux/man-pages/man2/close_range.2.html
    const long CloseRange = 436;
    const uint CloseOnExec = 4;
    const int Failed = 126;
    const int Nicer = 10;

    /// <summary>The command line that starts a program confined.</summary>
    /// <param name="limits">What it may take.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static (string Program, IReadOnlyList<string> Arguments) CommandLine(ConfinedLimits limits, string program, IEnumerable<string> arguments)
    {
        string[] words = [Word, Environment.ProcessId.ToString(CultureInfo.InvariantCulture), .. limits.Words, program, .. arguments];
        var beside = Path.Combine(AppContext.BaseDirectory, "davyd");
        return File.Exists(beside) ? (beside, words) : (Environment.ProcessPath ?? "dotnet", [typeof(ConfinedStart).Assembly.Location, .. words]);
    }

    /// <summary>Becomes the program; it returns only where that fails.</summary>
    /// <param name="words">The command line: word, parent, limits, program, arguments.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] words)
    {
        try
        {
            Confine(int.Parse(words[1], NumberStyles.None, CultureInfo.InvariantCulture), ConfinedLimits.Read(words.AsSpan(2, 4)));
            string?[] environment = [.. Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(each => $"{each.Key}={each.Value}"), null];
            Check("execve", Native.Execute(words[6], [.. words[6..], null], environment));
            return Failed;
        }
        catch (Exception fault) when (fault is IOException or FormatException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            Console.Error.WriteLine($"davyd: {fault.Message}");
            return Failed;
        }
    }

    static void Confine(int parent, ConfinedLimits limits)
    {
        // Whoever started this may have died meanwhile; then nobody wants it, and nobody would end it.
        Check("prctl", Native.Control(ControlOption.DeathSignal, Signal.Kill, 0, 0, 0));
        if (Native.Parent() != parent) throw new IOException("davyd itself is gone.");
        Check("prctl", Native.Control(ControlOption.NoNewPrivileges, 1, 0, 0, 0));
        Check("setpgid", Native.SetGroup(0, 0));

        // Nicer than davyd is, however nice that is already: nobody may be less so again, and more is always allowed.
        _ = Native.Nice(Nicer);
        if (!Directory.Exists("/") || Native.ChangeFolder("/") != 0) throw Fault("chdir");

        Limit(Resource.Core, 0);
        Limit(Resource.FileSize, 0);
        Limit(Resource.Data, limits.DataBytes);
        Limit(Resource.ProcessorTime, limits.ProcessorSeconds);
        Limit(Resource.Processes, limits.Processes);
        Limit(Resource.Files, limits.Files);

        // Standard input, output and error stay; all else that this process or its parents opened is closed when it becomes the program.
        if (Native.Call(CloseRange, 3, uint.MaxValue, CloseOnExec) != 0) throw Fault("close_range");
    }

    static void Limit(Resource resource, long most)
    {
        // Nobody may raise his own limit; where it is lower already, it stays.
        Check("getrlimit", Native.GetLimit(resource, out var known));
        var value = Math.Min((ulong)most, known.Hard);
        Native.ResourceLimit limit = new() { Soft = value, Hard = value };
        Check("setrlimit", Native.SetLimit(resource, in limit));
    }

    static void Check(string call, int result)
    {
        if (result != 0) throw Fault(call);
    }

    static IOException Fault(string call) => new($"The process for an image cannot be confined: {call} failed ({Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}).");
}
