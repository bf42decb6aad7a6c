using System.Buffers;

namespace Davy.Images;

/// <summary>
/// The grammar of an image reference, read once from left to right
/// (https://github.com/distribution/reference/blob/main/regexp.go and reference.go).
/// </summary>
static class ReferenceGrammar
{
    const int LongestPath = 255;
    const int LongestTag = 128;
    const string TooLong = "the path is longer than 255 characters";

    static readonly SearchValues<char> LowerOrDigit = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
    static readonly SearchValues<char> TagCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
    static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    static readonly SearchValues<char> Ipv6Characters = SearchValues.Create("abcdefABCDEF0123456789:");
    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <summary>Cuts <c>name[:tag][@digest]</c>; a tag follows the last colon after the last slash. Nothing is judged yet.</summary>
    public static void Cut(ReadOnlySpan<char> text, out ReadOnlySpan<char> name, out ReadOnlySpan<char> tag, out ReadOnlySpan<char> digest, out bool hasTag, out bool hasDigest)
    {
        var at = text.IndexOf('@');
        hasDigest = at >= 0;
        digest = hasDigest ? text[(at + 1)..] : default;
        name = hasDigest ? text[..at] : text;

        var colon = name.LastIndexOf(':');
        hasTag = colon > name.LastIndexOf('/');
        tag = hasTag ? name[(colon + 1)..] : default;
        if (hasTag) name = name[..colon];
    }

    /// <summary>Reads a reference without any normalisation: the first part is a host wherever it could be one.</summary>
    public static bool TrySplit(ReadOnlySpan<char> text, out ReferenceParts parts, out string fault)
    {
        parts = default;
        if (!TryCut(text, out var name, out var tag, out var digest, out fault)) return false;

        var slash = name.IndexOf('/');
        var host = slash > 0 && IsHost(name[..slash]) ? name[..slash] : default;
        var path = host.IsEmpty ? name : name[(slash + 1)..];
        if (!IsPath(path, out fault)) return false;

        parts = new(host, path, tag, digest);
        return true;
    }

    /// <summary>Reads a reference as Docker does, but for the names that it then puts in place of others: no host is Docker Hub.</summary>
    public static bool TrySplitNormalized(ReadOnlySpan<char> text, out ReferenceParts parts, out string fault)
    {
        parts = default;
        if (text.Length == 64 && Digest.TryParse($"sha256:{text}", out _))
        {
            fault = "64 hexadecimal characters are an image's id, not its name";
            return false;
        }

        if (!TryCut(text, out var name, out var tag, out var digest, out fault)) return false;

        var slash = name.IndexOf('/');
        var host = slash >= 0 && LooksLikeHost(name[..slash]) ? name[..slash] : default;
        var path = host.IsEmpty ? name : name[(slash + 1)..];
        if (!host.IsEmpty && !IsHost(host))
        {
            fault = "the registry's host is not one";
            return false;
        }

        if (!IsPath(path, out fault)) return false;

        // What Docker puts in front of an official image's name counts too.
        if (host.IsEmpty && slash < 0 && path.Length + ImageReference.OfficialImages.Length > LongestPath)
        {
            fault = TooLong;
            return false;
        }

        parts = new(host, path, tag, digest);
        return true;
    }

    /// <summary>Whether the part before the first slash is meant as a host: it has a dot, a colon or an upper-case letter, or is <c>localhost</c>.</summary>
    public static bool LooksLikeHost(ReadOnlySpan<char> first) =>
        first.ContainsAny('.', ':') || first.SequenceEqual("localhost") || first.ContainsAnyInRange('A', 'Z');

    /// <summary>A host name, an IPv4 address or an IPv6 address in brackets, with or without a port.</summary>
    public static bool IsHost(ReadOnlySpan<char> text)
    {
        var end = text.StartsWith('[') ? text.IndexOf(']') + 1 : text.IndexOf(':') is >= 0 and var colon ? colon : text.Length;
        var rest = text[end..];
        if (rest.Length > 0 && (rest[0] != ':' || rest.Length == 1 || rest[1..].ContainsAnyExcept(Digits))) return false;

        var name = text[..end];
        if (name.StartsWith('[')) return name.Length > 2 && !name[1..^1].ContainsAnyExcept(Ipv6Characters);

        foreach (var part in name.Split('.'))
        {
            var label = name[part];
            if (label.IsEmpty || label[0] == '-' || label[^1] == '-' || label.ContainsAnyExcept(HostCharacters)) return false;
        }

        return true;
    }

    /// <summary>Parts of lower-case letters and digits, joined within by one dot, one or two underscores or any dashes, and to each other by slashes.</summary>
    public static bool IsPath(ReadOnlySpan<char> path, out string fault)
    {
        fault = path.IsEmpty ? "the name is empty"
            : path.Length > LongestPath ? TooLong
            : path.ContainsAnyInRange('A', 'Z') ? "the path has upper-case letters"
            : "";
        if (fault.Length > 0) return false;

        foreach (var part in path.Split('/'))
        {
            if (IsPathPart(path[part])) continue;

            fault = "a part of the path is not lower-case letters and digits joined by '.', '_', '__' or '-'";
            return false;
        }

        return true;
    }

    /// <summary>A letter, digit or underscore, then as many as 127 of these, dots and dashes.</summary>
    public static bool IsTag(ReadOnlySpan<char> tag) =>
        tag.Length is > 0 and <= LongestTag && tag[0] is not ('.' or '-') && !tag.ContainsAnyExcept(TagCharacters);

    static bool TryCut(ReadOnlySpan<char> text, out ReadOnlySpan<char> name, out ReadOnlySpan<char> tag, out Digest? digest, out string fault)
    {
        Cut(text, out name, out tag, out var digestText, out var hasTag, out var hasDigest);
        // Distribution takes no other algorithm in a name, whatever manifests may have.
        digest = hasDigest && Digest.TryParse(digestText, out var read) && !read.IsSha512 ? read : null;
        fault = hasDigest && digest is null ? "the digest is not 'sha256:' and 64 lower-case hexadecimal characters"
            : hasTag && !IsTag(tag) ? "the tag is not 1 to 128 letters, digits, '_', '.' and '-'"
            : "";
        return fault.Length == 0;
    }

    static bool IsPathPart(ReadOnlySpan<char> part)
    {
        while (true)
        {
            var word = part.IndexOfAnyExcept(LowerOrDigit) is >= 0 and var end ? end : part.Length;
            if (word == 0) return false;
            if (word == part.Length) return true;

            part = part[word..];
            var joint = part[0] switch
            {
                '.' => 1,
                '_' => part.StartsWith("__") ? 2 : 1,
                '-' => part.IndexOfAnyExcept('-') is >= 0 and var dashes ? dashes : part.Length,
                _ => 0,
            };
            if (joint == 0) return false;

            part = part[joint..];
        }
    }
}

/// <summary>The parts of a reference as they are written.</summary>
/// <param name="host">The registry's host; empty where none is given.</param>
/// <param name="path">The path below it.</param>
/// <param name="tag">The tag; empty where none is given.</param>
/// <param name="digest">The digest; null where none is given.</param>
readonly ref struct ReferenceParts(ReadOnlySpan<char> host, ReadOnlySpan<char> path, ReadOnlySpan<char> tag, Digest? digest)
{
    public readonly ReadOnlySpan<char> Host = host;
    public readonly ReadOnlySpan<char> Path = path;
    public readonly ReadOnlySpan<char> Tag = tag;
    public readonly Digest? Digest = digest;
}
