using System.Globalization;
using Davy.Images;

namespace Davy.Indicators;

/// <summary>
/// What was intended, and so is no finding: images and resources that somebody answers for, with a reason and until a day
/// (<c>docs/formats.md</c>). Comments and trailing commas are allowed.
/// </summary>
public sealed class ExceptionFile
{
    const int Version = 1;

    readonly ExceptionEntry[] _entries;

    ExceptionFile(ExceptionEntry[] entries) => _entries = entries;

    /// <summary>No exceptions.</summary>
    public static ExceptionFile Empty { get; } = new([]);

    /// <summary>All exceptions, the expired ones too, in the file's order.</summary>
    public IReadOnlyList<ExceptionEntry> Entries => _entries;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="UnreadableFileException">It is no such file; the message names file, line and fault.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static ExceptionFile Read(string path) => Parse(path, UserFile.Read(path));

    /// <summary>Reads a file's content.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="utf8">Its content.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="UnreadableFileException">It is no such file; the message names file, line and fault.</exception>
    public static ExceptionFile Parse(string file, ReadOnlySpan<byte> utf8)
    {
        var root = LocatedJson.Parse(file, utf8);
        root.ExpectVersion(Version, "exceptions");
        return new([.. root.List("exceptions").Select(Entry)]);
    }

    /// <summary>The first exception that covers an image on a resource.</summary>
    /// <param name="image">The image, normalised; null where the matter judged is no image, which only an exception for the resource covers.</param>
    /// <param name="resource">The resource's name, in either form that a file may give it in.</param>
    /// <param name="today">The day for which it is asked, in UTC.</param>
    /// <returns>The exception; null where none covers it. An expired one covers nothing.</returns>
    public ExceptionEntry? Covers(ImageReference? image, string resource, DateOnly today)
    {
        var named = ResourcePattern.TryParse(resource, out var pattern) ? pattern : default;
        return _entries.FirstOrDefault(entry => !entry.HasExpired(today) && entry.Covers(image, named));
    }

    /// <summary>The exceptions whose last day is over: they cover nothing, and somebody should look at them again.</summary>
    /// <param name="today">The day for which it is asked, in UTC.</param>
    /// <returns>The expired ones, in the file's order.</returns>
    public IEnumerable<ExceptionEntry> Expired(DateOnly today) => _entries.Where(entry => entry.HasExpired(today));

    static ExceptionEntry Entry(LocatedJson json)
    {
        json.Expect("image", "resource", "reason", "owner", "expires");
        if (json.Member("image") is null && json.Member("resource") is null) throw json.Fault("\"image\" and \"resource\" are both missing; one of them is needed");

        return new()
        {
            Image = json.Member("image") is { } image ? Image(image) : null,
            Resource = json.Member("resource") is null ? "" : json.Text("resource"),
            Pattern = json.Member("resource") is { } resource ? Resource(resource) : null,
            Reason = json.Text("reason"),
            Owner = json.Text("owner"),
            Expires = DateOnly.TryParseExact(json.Text("expires"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? day
                : throw json.Member("expires")!.Fault("\"expires\" is not a day, as in 2026-12-31"),
        };
    }

    static ImageReference Image(LocatedJson json)
    {
        // Strictly: a tag or digest left out for a slip of the pen would make the exception wider than it was meant.
        if (!ImageReference.TryParse(json.Text(), out _, out var fault)) throw json.Fault(fault);

        var spelling = ImageSpelling.Read(json.Text());
        return spelling.Reference ?? throw json.Fault(spelling.Fault);
    }

    static ResourcePattern Resource(LocatedJson json) =>
        ResourcePattern.TryParse(json.Text(), out var pattern)
            ? pattern
            : throw json.Fault("\"resource\" is neither projects/P/locations/L/services/S nor //run.googleapis.com/namespaces/P/services/S (or jobs, workerpools, instances)");
}
