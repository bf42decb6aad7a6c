using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Davy.Server.Ingest.Files;

/// <summary>What tells a file from others, whatever it is called: device and inode; where those cannot be had, its path.</summary>
/// <param name="Device">The device.</param>
/// <param name="Inode">The inode on it, which is given out again when the file is gone.</param>
readonly record struct FileIdentity(ulong Device, ulong Inode);

/// <summary>What stands at a path at one moment.</summary>
enum FileKind
{
    /// <summary>A file with content.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A link, a pipe, a device or a socket.</summary>
    Other,
}

/// <summary>How a file stands at one moment.</summary>
/// <param name="Identity">Which it is.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Length">Its length, in bytes.</param>
/// <param name="Modified">When it was changed last, in ticks of 100 ns since 1970.</param>
readonly partial record struct FileState(FileIdentity Identity, FileKind Kind, long Length, long Modified)
{
    const int InThisFolder = -100;
    const int NotThroughLinks = 0x100;
    const int OfTheHandle = 0x1000;
    const uint BasicFacts = 0x7FF;
    const int OpenWithoutWaiting = 0x800 | 0x80000;

    /// <summary>What stands at a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="throughLinks">Whether a link stands for what it leads to.</param>
    /// <returns>Null where nothing does, or it may not be looked at.</returns>
    public static FileState? At(string path, bool throughLinks)
    {
        if (OperatingSystem.IsLinux()) return Status(InThisFolder, path, throughLinks ? 0 : NotThroughLinks, BasicFacts, out var status) == 0 ? Of(status) : null;
        try
        {
            FileInfo file = new(path);
            if (file.LinkTarget is not null && !throughLinks) return new(default, FileKind.Other, 0, 0);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
            if (Directory.Exists(target.FullName)) return new(ByName(target.FullName), FileKind.Folder, 0, 0);
            return target is FileInfo { Exists: true } found ? new(ByName(path), FileKind.Regular, found.Length, (found.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Opens a file to read, if it is still the one that is meant; a pipe that took its place is not waited for.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="meant">Which is meant.</param>
    /// <param name="root">The folder that it must be in, as <see cref="RealPath"/> tells it; null for anywhere. A folder on the way may have become a link meanwhile.</param>
    /// <returns>Null where another stands there by now, or none.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SafeFileHandle? Open(string path, FileIdentity meant, string? root)
    {
        SafeFileHandle handle;
        if (OperatingSystem.IsLinux())
        {
            var opened = OpenFile(path, OpenWithoutWaiting);
            var why = Marshal.GetLastPInvokeError();
            if (opened < 0) return File.Exists(path) ? throw new IOException(Marshal.GetPInvokeErrorMessage(why)) : null;
            handle = new(opened, ownsHandle: true);
        }
        else
        {
            if (!File.Exists(path)) return null;
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        if (Of(handle, path) is { Kind: FileKind.Regular } state && state.Identity == meant && IsBelow(TargetOf(handle), root)) return handle;
        handle.Dispose();
        return null;
    }

    /// <summary>The path of a folder without links; null where that cannot be told.</summary>
    public static string? RealPath(string folder)
    {
        if (!OperatingSystem.IsLinux() || OpenFile(folder, OpenWithoutWaiting) is not (>= 0 and var opened)) return null;
        using SafeFileHandle handle = new(opened, ownsHandle: true);
        return TargetOf(handle);
    }

    /// <summary>How an open file stands.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="path">Where it was opened.</param>
    public static FileState? Of(SafeFileHandle handle, string path)
    {
        if (!OperatingSystem.IsLinux()) return At(path, throughLinks: true);
        var isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            return Status((int)handle.DangerousGetHandle(), "", OfTheHandle, BasicFacts, out var status) == 0 ? Of(status) : null;
        }
        finally
        {
            if (isHeld) handle.DangerousRelease();
        }
    }

    // https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html
    static string? TargetOf(SafeFileHandle handle)
    {
        var isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            return OperatingSystem.IsLinux() ? new FileInfo($"/proc/self/fd/{handle.DangerousGetHandle()}").LinkTarget : null;
        }
        finally
        {
            if (isHeld) handle.DangerousRelease();
        }
    }

    static bool IsBelow(string? path, string? root) => root is null || path is null || path.StartsWith(root.EndsWith('/') ? root : root + "/", StringComparison.Ordinal);

    static FileState Of(in Statx status) => new(
        new(((ulong)status.DeviceMajor << 32) | status.DeviceMinor, status.Inode),
        (status.Mode & 0xF000) switch { 0x8000 => FileKind.Regular, 0x4000 => FileKind.Folder, _ => FileKind.Other },
        (long)status.Size,
        (status.ModifiedSeconds * TimeSpan.TicksPerSecond) + (status.ModifiedNanos / 100));

    static FileIdentity ByName(string path) => new(0, BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(path))));

    // https://man7.org/linux/man-pages/man2/statx.2.html: the same on all processors, other than stat.
    [DllImport("libc", EntryPoint = "statx", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Status(int folder, string path, int flags, uint mask, out Statx status);

    // https://man7.org/linux/man-pages/man2/open.2.html: O_RDONLY, O_NONBLOCK, O_CLOEXEC.
    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int OpenFile(string path, int flags);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    struct Statx
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanos;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
