using System.Diagnostics.CodeAnalysis;

namespace Davy.Images;

/// <summary>
/// An image as somebody wrote it, read as leniently as can be: a detector must know an image again in every spelling that a person, a script or an attacker gives
/// it. Reading never throws, and takes time in proportion to the text's length.
/// </summary>
public sealed class ImageSpelling
{
    /// <summary>The longest text that is read, in characters; a reference of the grammar has less than a quarter of them.</summary>
    public const int LongestText = 4096;

    ImageSpelling(string text, string fault) => (Text, Fault) = (text, fault);

    /// <summary>The text as it was written: hostile.</summary>
    public string Text { get; }

    /// <summary>
    /// The image, normalised by spelling alone: Docker Hub's other names and its mirror, <c>library/</c>, case, port 443, a dot behind the host, an address
    /// copied from a browser. Its repository is part of a finding's identity. Null where the text cannot be read.
    /// </summary>
    public ImageReference? Reference { get; private init; }

    /// <summary>Whether <see cref="ImageReference.TryParse"/> takes the text as it is.</summary>
    public bool IsValid => Fault.Length == 0;

    /// <summary>Why <see cref="ImageReference.TryParse"/> does not take the text as it is, in words that do not quote it; empty where it does.</summary>
    public string Fault { get; }

    /// <summary>All that the image may be, the most likely first; empty where the text cannot be read.</summary>
    public IReadOnlyList<ImageCandidate> Candidates { get; private init; } = [];

    /// <summary>Whether the text could be read.</summary>
    [MemberNotNullWhen(true, nameof(Reference))]
    public bool IsReadable => Reference is not null;

    /// <summary>Reads an image as somebody wrote it.</summary>
    /// <param name="text">The text; any.</param>
    /// <param name="upstreams">What is known of the registries that pass images on; null for nothing.</param>
    /// <returns>What the text says; look at <see cref="IsReadable"/> first.</returns>
    public static ImageSpelling Read(string text, Upstreams? upstreams = null)
    {
        if (text.Length > LongestText) return new(text, $"the reference is longer than {LongestText} characters");

        var written = new WrittenReference(text);
        if (!written.TryRead(out var readings)) return new(text, written.Fault);

        _ = ReferenceGrammar.TrySplitNormalized(text, out _, out var fault);
        return new(text, fault)
        {
            Reference = readings[0].Reference,
            Candidates = AllOf(readings, upstreams ?? Upstreams.None),
        };
    }

    static List<ImageCandidate> AllOf(IReadOnlyList<ImageCandidate.Exact> readings, Upstreams upstreams)
    {
        var candidates = new List<ImageCandidate>(readings);
        foreach (var reading in readings)
        {
            var rewritten = upstreams.Rewrite(reading);
            candidates.AddRange(rewritten);
            if (rewritten.Count > 0 || BehindUnmappedRemote(reading.Reference) is not { } path) continue;

            const string step = "the last two parts of a path in Artifact Registry were read as a remote repository's";
            candidates.Add(new ImageCandidate.BehindRemote(path, WrittenReference.Join(reading.Transformation, step)));
        }

        return candidates;
    }

    /// <summary>The last two parts of <c>PROJECT/REPOSITORY/NAMESPACE/NAME</c>; a project of a domain, <c>example.com/project</c>, is two parts itself.</summary>
    static string? BehindUnmappedRemote(ImageReference reference)
    {
        if (reference.Host != "docker.pkg.dev" && !reference.Host.EndsWith("-docker.pkg.dev", StringComparison.Ordinal)) return null;

        var parts = reference.Path.Split('/');
        var fewest = parts[0].Contains('.') ? 5 : 4;
        return parts.Length >= fewest ? $"{parts[^2]}/{parts[^1]}" : null;
    }
}
