using System.Runtime.CompilerServices;

namespace Davy.Tests;

/// <summary>Finds the project's files, and the optional data beside it.</summary>
static class RepositoryRoot
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Path { get; } = Find();

    /// <summary>The optional data of other projects, which this project never depends on; null where it is absent.</summary>
    public static string? SharedData { get; } = System.IO.Path.Combine(Path, "..", "shared") is var shared && Directory.Exists(shared) ? System.IO.Path.GetFullPath(shared) : null;

    /// <summary>A file or folder of the project.</summary>
    public static string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>A file or folder of the optional data; skips the test where it is absent.</summary>
    public static string Shared(params string[] parts)
    {
        Assert.SkipWhen(SharedData is null, "needs the data folder beside the project");
        return System.IO.Path.Combine([SharedData!, .. parts]);
    }

    static string Find([CallerFilePath] string thisFile = "")
    {
        // The build maps source paths away, so the search starts where the tests run; the caller's path is only the fall-back.
        foreach (var start in new[] { AppContext.BaseDirectory, System.IO.Path.GetDirectoryName(thisFile) ?? "" })
        {
            for (var folder = start; !string.IsNullOrEmpty(folder); folder = System.IO.Path.GetDirectoryName(folder))
            {
                if (System.IO.File.Exists(System.IO.Path.Combine(folder, "Davy.slnx"))) return folder;
            }
        }

        throw new InvalidOperationException("Davy.slnx is in no folder above the tests.");
    }
}
