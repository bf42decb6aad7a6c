using System.Collections.Frozen;

namespace Davy.Images;

/// <summary>
/// Which registries pass on the images of others: remote and virtual repositories of Artifact Registry, pull-through caches of ECR, proxy projects of Harbor,
/// a company's own host in front of another. Only their owner knows, so he writes it in a file:
/// <code>
/// {
///   "version": 1,
///   "upstreams": [
///     { "repository": "us-docker.pkg.dev/acme/remote", "upstreams": ["docker.io"] },
///   ]
/// }
/// </code>
/// A repository is a registry's host, or a host and the first parts of a path; an upstream is one too, and takes its place. The longest one given counts. An
/// upstream that has upstreams of its own is followed. Comments and trailing commas are allowed.
/// </summary>
public sealed class Upstreams
{
    const int Version = 1;
    const int MostSteps = 5;
    const int MostRewrites = 64;

    readonly FrozenDictionary<string, string[]> _upstreams;
    readonly FrozenDictionary<string, string[]>.AlternateLookup<ReadOnlySpan<char>> _byStart;

    Upstreams(Dictionary<string, string[]> upstreams)
    {
        _upstreams = upstreams.ToFrozenDictionary(StringComparer.Ordinal);
        _byStart = _upstreams.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Nothing is known.</summary>
    public static Upstreams None { get; } = new([]);

    /// <summary>How many repositories have upstreams.</summary>
    public int Count => _upstreams.Count;

    /// <summary>All that it says, in one order: what tells one list from another.</summary>
    internal IEnumerable<string> Lines => _upstreams.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key} {string.Join(' ', each.Value)}");

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="UnreadableFileException">It is no such file; the message names file, line and fault.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static Upstreams Read(string path) => Parse(path, UserFile.Read(path));

    /// <summary>Reads a file's content.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="utf8">Its content.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="UnreadableFileException">It is no such file; the message names file, line and fault.</exception>
    public static Upstreams Parse(string file, ReadOnlySpan<byte> utf8)
    {
        var root = LocatedJson.Parse(file, utf8);
        root.ExpectVersion(Version, "upstreams");
        var all = new Dictionary<string, string[]>(StringComparer.Ordinal);

        foreach (var entry in root.List("upstreams"))
        {
            entry.Expect("repository", "upstreams");
            entry.Text("repository");
            var repository = Prefix(entry.Member("repository")!);
            var upstreams = entry.List("upstreams").Select(Prefix).ToArray();
            if (upstreams.Length == 0) throw entry.Fault("\"upstreams\" is empty");
            if (!all.TryAdd(repository, upstreams)) throw entry.Fault($"{repository} is given twice");
        }

        return new(all);
    }

    /// <summary>What an image is upstream; empty where nothing is known of its registry.</summary>
    internal IReadOnlyList<ImageCandidate.Exact> Rewrite(ImageCandidate.Exact image)
    {
        if (Count == 0) return [];

        var rewritten = new List<ImageCandidate.Exact>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { image.Reference.Repository };
        List<ImageCandidate.Exact> last = [image];

        for (var step = 0; step < MostSteps && last.Count > 0; step++)
        {
            last = [.. last.SelectMany(Once).Where(next => seen.Add(next.Reference.Repository)).Take(MostRewrites - rewritten.Count)];
            rewritten.AddRange(last);
        }

        return rewritten;
    }

    IEnumerable<ImageCandidate.Exact> Once(ImageCandidate.Exact image)
    {
        var repository = image.Reference.Repository;
        for (var end = repository.Length; end > 0; end = repository.AsSpan(0, end).LastIndexOf('/'))
        {
            if (!_byStart.TryGetValue(repository.AsSpan(0, end), out var upstreams)) continue;

            return
                from upstream in upstreams
                let whole = upstream + repository[end..]
                let slash = whole.IndexOf('/')
                where slash > 0
                select new ImageCandidate.Exact(
                    ImageReference.Of(whole.AsSpan(0, slash), whole.AsSpan(slash + 1), image.Reference.Tag, image.Reference.Digest),
                    WrittenReference.Join(image.Transformation, $"{repository[..end]} passes on {upstream}, as the list of upstreams says"));
        }

        return [];
    }

    /// <summary>Reads <c>HOST</c> or <c>HOST/PATH</c>, in the one spelling of image references.</summary>
    static string Prefix(LocatedJson json)
    {
        var text = json.Text().Trim().ToLowerInvariant();
        if (text.StartsWith("https://", StringComparison.Ordinal)) text = text["https://".Length..];
        text = text.TrimEnd('/');

        var slash = text.IndexOf('/');
        var written = slash < 0 ? text : text[..slash];
        var path = slash < 0 ? "" : text[(slash + 1)..];
        if (!ReferenceGrammar.LooksLikeHost(written)) throw json.Fault("a registry's host must come first, as in docker.io/acme");

        var host = WrittenReference.HostName(written, out _);
        if (!ReferenceGrammar.IsHost(host)) throw json.Fault("the registry's host is not one");

        var fault = "";
        if (path.Length > 0 && !ReferenceGrammar.IsPath(path, out fault)) throw json.Fault(fault);

        return path.Length > 0 ? $"{host}/{path}" : host;
    }
}
