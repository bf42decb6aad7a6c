using System.Collections;
using Davy.Storage;

namespace Davy.Server.Hosting;

/// <summary>Whether the disk that findings would be kept on lasts.</summary>
static class LastingDisk
{
    /// <summary>Set in every container of Cloud Run (https://cloud.google.com/run/docs/container-contract#env-vars), whose disk is memory and gone with it.</summary>
    static readonly string[] CloudRun = ["K_SERVICE", "CLOUD_RUN_WORKER_POOL", "CLOUD_RUN_JOB"];

    static readonly string[] InMemory = ["tmpfs", "ramfs"];

    /// <summary>What is wrong with the place; null for nothing.</summary>
    /// <param name="options">What the program was told.</param>
    /// <param name="environment">The process's environment.</param>
    /// <exception cref="OptionException">The connection string cannot be read, or it is a container's own disk, and nobody said that this is meant.</exception>
    public static string? Check(ServerOptions options, IDictionary environment)
    {
        if (DatabaseConnection.Said(options) is not { Kind: DatabaseKind.Sqlite } database) return null;
        if (CloudRun.Any(name => environment[name] is string { Length: > 0 }))
        {
            return options.Ephemeral ? "The findings are kept on the disk of a container of Cloud Run: they are gone with it."
                : throw new OptionException("This is Cloud Run, where the disk of a container is gone with it, and the findings with the disk. Give --database 'Host=…' of a PostgreSQL, or say --ephemeral.");
        }

        return !options.Ephemeral && InMemory.Contains(FormatOf(database.Display)) ? $"The findings are kept on a disk in memory ({database.Display}): they are gone when the machine stops. Give --data or --database, or say --ephemeral." : null;
    }

    static string FormatOf(string file)
    {
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/";
            return DriveInfo.GetDrives().Where(drive => folder.StartsWith(drive.Name, StringComparison.Ordinal)).MaxBy(drive => drive.Name.Length)?.DriveFormat ?? "";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }
}
