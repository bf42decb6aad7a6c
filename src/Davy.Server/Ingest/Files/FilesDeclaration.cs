using Davy.Images;

namespace Davy.Server.Ingest.Files;

/// <summary>Files as they grow: <c>{"name": …, "kind": "files", "paths": [...]}</c>.</summary>
/// <param name="Name">The source's name.</param>
/// <param name="Paths">Files, folders and patterns.</param>
sealed record FilesDeclaration(string Name, IReadOnlyList<string> Paths) : SourceDeclaration(Name, "files")
{
    const int MostPaths = 1_000;
    const int LongestPause = 3_600;

    /// <summary>How long to pause between two looks at the files.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For how long a file must be as it is before it counts as finished.</summary>
    public TimeSpan Settled { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many files are followed at most.</summary>
    public int Most { get; init; } = 100_000;

    /// <summary>Reads one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="json">What the configuration says.</param>
    /// <exception cref="UnreadableFileException">Something is wrong.</exception>
    public static SourceDeclaration Read(string name, LocatedJson json)
    {
        json.Expect("name", "kind", "paths", "every", "settled", "files");
        var paths = json.List("paths");
        if (paths.Count is 0 or > MostPaths) throw json.Fault($"\"paths\" must name 1 to {MostPaths} files, folders or patterns");
        foreach (var path in paths)
        {
            if (!Path.IsPathRooted(path.Text())) throw path.Fault("a path must begin at the root, /…, for davyd runs anywhere");
            if (path.Text().Contains("**", StringComparison.Ordinal)) throw path.Fault("** is not known; name the folder, of which all is read, at any depth");
        }

        return new FilesDeclaration(name, [.. paths.Select(path => path.Text())])
        {
            Every = TimeSpan.FromSeconds(json.OptionalNumber("every", 1, 1, LongestPause)),
            Settled = TimeSpan.FromSeconds(json.OptionalNumber("settled", 10, 1, LongestPause)),
            Most = json.OptionalNumber("files", 100_000, 1, 1_000_000),
        };
    }

    /// <inheritdoc/>
    public override ILogSource Open(IServiceProvider services) => new FilesSource(this, services.GetRequiredService<FileKeeping>(), services.GetRequiredService<SourceFaults>(), services.GetRequiredService<TimeProvider>());
}
