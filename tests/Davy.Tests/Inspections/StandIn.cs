namespace Davy.Tests.Inspections;

/// <summary>A program that stands in for davy: a script of the shell, which does what a test wants. It does not mine, and reaches nothing.</summary>
static class StandIn
{
    /// <summary>What davy says of an image in which nothing is.</summary>
    public const string CleanReport = """{"image": "x", "verdict": "clean", "platforms": [{"verdict": "clean", "score": 0, "evidence": [], "notLookedAt": []}]}""";

    /// <summary>Writes one.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="script">What it does when it is asked for an image.</param>
    /// <param name="name">Its name.</param>
    /// <returns>Its path.</returns>
    public static string Write(TemporaryFolder folder, string script, string name = "stand-in")
    {
        var file = folder.File(name);
        File.WriteAllText(file, $"#!/bin/sh\ncase \"$*\" in *--help*) exit 0;; esac\n{script}\n");
#pragma warning disable CA1416 // Linux alone.
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
#pragma warning restore CA1416
        return file;
    }

    /// <summary>How many processes run it.</summary>
    /// <param name="file">Its path.</param>
    public static int Running(string file) => Directory.EnumerateDirectories("/proc").Count(folder => char.IsAsciiDigit(folder["/proc/".Length]) && CommandOf(folder).Contains(file, StringComparison.Ordinal));

    static string CommandOf(string folder)
    {
        try
        {
            return File.ReadAllText($"{folder}/cmdline");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
