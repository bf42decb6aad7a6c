using System.Runtime.InteropServices;

namespace Davy.Tests;

/// <summary>Makes pipes that have a name.</summary>
static class NamedPipe
{
    const uint ForAll = 0x1B6;

    /// <summary>Makes a pipe; skips the test where there are none.</summary>
    /// <param name="path">Its name.</param>
    /// <returns>The name.</returns>
    public static string Make(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs mkfifo");
        Assert.Equal(0, MakePipe(path, ForAll));
        return path;
    }

    [DllImport("libc", EntryPoint = "mkfifo", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int MakePipe(string path, uint mode);
}
