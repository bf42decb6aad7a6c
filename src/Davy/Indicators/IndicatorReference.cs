using System.Buffers;
using Davy.Images;

namespace Davy.Indicators;

/// <summary>What an indicator's reference says: an image, a digest, every image below a path, or every image whose name begins so.</summary>
static class IndicatorReference
{
    const string Digests = "sha256:";
    const string LongDigests = "sha512:";
    const string Below = "/*";
    const int ShortestId = 12;

    /// <summary>What is longer is read as all else is, in characters.</summary>
    const int LongestNormal = 255;

    static readonly SearchValues<char> NormalCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-/");

    static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads a reference as a person writes it in a list, and puts it into the one spelling.</summary>
    public static bool TryRead(string text, out string reference, out IndicatorScope scope, out string fault)
    {
        (reference, scope, fault) = ("", IndicatorScope.Repository, "");

        if (text.StartsWith(Digests, StringComparison.Ordinal) || text.StartsWith(LongDigests, StringComparison.Ordinal) || text.Length >= ShortestId && !text.AsSpan().ContainsAnyExcept(HexDigits))
        {
            scope = IndicatorScope.Digest;
            reference = Digest.TryParse(text, out _) ? text : "";
            if (reference.Length == 0) fault = "a digest is 'sha256:' and all of its 64, or 'sha512:' and all of its 128 lower-case hexadecimal characters; a part of one is evidence for people, never a match";
        }
        else if (text.EndsWith(Below, StringComparison.Ordinal))
        {
            scope = IndicatorScope.Namespace;
            reference = Start(text[..^Below.Length], out fault);
            if (fault.Length == 0) reference += Below;
        }
        else if (text.EndsWith('*'))
        {
            scope = IndicatorScope.Prefix;
            reference = Beginning(text[..^1], out fault);
            if (fault.Length == 0) reference += "*";
        }
        else if (Image(text, out fault) is { } image)
        {
            scope = image.Digest is not null ? IndicatorScope.Digest : image.Tag.Length > 0 ? IndicatorScope.Tag : IndicatorScope.Repository;
            reference = image.Digest?.ToString() ?? image.ToString();
        }

        return fault.Length == 0;
    }

    /// <summary>
    /// Whether a reference is a repository in the one spelling already, or lacks only Docker Hub's host: most of a long list is, and this is seen at a twentieth of the cost of
    /// reading it. It may say no too often, never yes.
    /// </summary>
    /// <param name="text">The reference as a person wrote it.</param>
    /// <param name="host">What is to be put before it; empty where its host is there.</param>
    public static bool IsNormal(ReadOnlySpan<char> text, out string host)
    {
        host = "";
        var slash = text.IndexOf('/');
        if (slash <= 0 || text.Length > LongestNormal || text.ContainsAnyExcept(NormalCharacters)) return false;

        var first = text[..slash];
        if (!first.Contains('.'))
        {
            if (first.SequenceEqual("localhost")) return false;
            host = $"{ImageReference.DockerHub}/";
            return ReferenceGrammar.IsPath(text, out _);
        }

        var path = text[(slash + 1)..];
        if (first.SequenceEqual(ImageReference.DockerHub) ? !path.Contains('/') : first.Contains("docker", StringComparison.Ordinal) || first.SequenceEqual("mirror.gcr.io")) return false;
        return first[^1] != '.' && ReferenceGrammar.IsHost(first) && ReferenceGrammar.IsPath(path, out _);
    }

    static ImageReference? Image(string text, out string fault)
    {
        var spelling = ImageSpelling.Read(text);
        fault = spelling.Fault;
        return spelling.IsValid || ImageReference.TryParse(text, out _, out fault) ? spelling.Reference : null;
    }

    /// <summary>A host, a namespace of Docker Hub, or a host and a path.</summary>
    static string Start(string text, out string fault)
    {
        var isOnePart = !text.Contains('/');
        var isHost = isOnePart && (text.AsSpan().ContainsAny('.', ':') || text == "localhost");
        var probe = isOnePart && !isHost ? $"{ImageReference.DockerHub}/{text}/x" : $"{text}/x";
        var image = Image(probe, out fault);
        if (image is null) return "";

        // What only the probe has is taken off again; below a bare host that is the whole path, before which Docker Hub puts 'library/'.
        return isHost ? image.Host : image.Repository[..^"/x".Length];
    }

    /// <summary>The beginning of a name: it may end in a joint, as in <c>miner-</c>, so one letter more is read and taken off again.</summary>
    static string Beginning(string text, out string fault)
    {
        var image = Image(text + "x", out fault);
        if (image is null) return "";

        if (image.Tag.Length > 0 || image.Digest is not null) fault = "a '*' can stand for the end of a name only, not of a tag or digest";
        else if (image.Path.StartsWith("library/", StringComparison.Ordinal) && !text.Contains("library/", StringComparison.Ordinal))
            fault = "the beginning of a name needs the namespace before it, as in docker.io/acme/miner*";

        return image.Repository[..^1];
    }
}
