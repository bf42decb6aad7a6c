using System.Runtime.InteropServices;

namespace Davy.Server.Inspections;

/// <summary>Calls of Linux that .NET has no name for. The numbers are those of https://github.com/torvalds/linux/blob/master/include/uapi.</summary>
static class Native
{
    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Control(ControlOption option, nuint first, nuint second, nuint third, nuint fourth);

    [DllImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Parent();

    [DllImport("libc", EntryPoint = "setpgid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int SetGroup(int process, int group);

    [DllImport("libc", EntryPoint = "nice")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Nice(int more);

    [DllImport("libc", EntryPoint = "chdir", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int ChangeFolder(string path);

    [DllImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int GetLimit(Resource resource, out ResourceLimit limit);

    [DllImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int SetLimit(Resource resource, in ResourceLimit limit);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern long Call(long number, nuint first, nuint second, nuint third);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Kill(int process, int signal);

    [DllImport("libc", EntryPoint = "execve", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Execute(
        string path,
        [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPStr)] string?[] arguments,
        [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPStr)] string?[] environment);

    /// <summary><c>struct rlimit</c> on 64-bit machines.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ResourceLimit
    {
        public ulong Soft;

        public ulong Hard;
    }
}

/// <summary>What of its own a process may change.</summary>
enum ControlOption
{
    /// <summary>The signal that it gets when the thread that made it ends.</summary>
    DeathSignal = 1,

    /// <summary>Whether it may never gain rights by a program that has more.</summary>
    NoNewPrivileges = 38,
}

/// <summary>Signals.</summary>
static class Signal
{
    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;
}

/// <summary>What a process may use up.</summary>
enum Resource
{
    /// <summary>Processor seconds.</summary>
    ProcessorTime = 0,

    /// <summary>The size of a file that it writes.</summary>
    FileSize = 1,

    /// <summary>Memory that is its own and may be written.</summary>
    Data = 2,

    /// <summary>The size of a core file.</summary>
    Core = 4,

    /// <summary>Processes and threads of its user.</summary>
    Processes = 6,

    /// <summary>Open files.</summary>
    Files = 7,
}
