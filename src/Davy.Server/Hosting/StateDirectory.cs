using System.Collections;

namespace Davy.Server.Hosting;

/// <summary>Where the program keeps what it keeps, as systemd (<c>StateDirectory=</c>) and the XDG Base Directory Specification say.</summary>
static class StateDirectory
{
    /// <summary>The folder: <c>$STATE_DIRECTORY</c> (the first, if systemd gave several), else <c>$XDG_STATE_HOME/davy</c>, else <c>~/.local/state/davy</c>.</summary>
    /// <param name="environment">The process's environment.</param>
    /// <exception cref="OptionException">None of the three can be told.</exception>
    public static string Of(IDictionary environment)
    {
        if (environment["STATE_DIRECTORY"] is string { Length: > 0 } given) return given.Split(':')[0];

        // The specification: a relative path is no path.
        if (environment["XDG_STATE_HOME"] is string { Length: > 0 } state && Path.IsPathRooted(state)) return Path.Combine(state, "davy");
        if (environment["HOME"] is string { Length: > 0 } home) return Path.Combine(home, ".local", "state", "davy");
        throw new OptionException("No folder to keep findings in: set --data, STATE_DIRECTORY, XDG_STATE_HOME or HOME.");
    }

    /// <summary>Makes the folder, for its owner alone, where there is none.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="OptionException">It cannot be made.</exception>
    public static void Make(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"The folder {path} cannot be made: {fault.Message} Give another with --data.");
        }
    }

    /// <summary>Makes an empty file, for its owner alone (mode 0600), where there is none: what SQLite writes beside it gets the same mode.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="OptionException">It cannot be made.</exception>
    public static void MakeFile(string path)
    {
        if (OperatingSystem.IsWindows() || File.Exists(path)) return;
        try
        {
            using FileStream file = new(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"The file {path} cannot be made: {fault.Message} Give another folder with --data.");
        }
    }
}
