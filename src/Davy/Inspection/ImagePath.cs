namespace Davy.Inspection;

/// <summary>Paths inside an image: texts to be compared, never paths on this machine.</summary>
static class ImagePath
{
    /// <summary>A path as it comes out once it is unpacked: from the root, without <c>.</c> and <c>..</c>, which cannot lead above it.</summary>
    /// <param name="path">The path; hostile.</param>
    /// <returns><c>usr/bin/app</c>; empty for the root.</returns>
    public static string Normalize(string path)
    {
        if (!path.Contains("..", StringComparison.Ordinal) && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("./", StringComparison.Ordinal) && !path.EndsWith("/.", StringComparison.Ordinal) && path != ".")
        {
            return path.Trim('/');
        }

        List<string> parts = [];
        foreach (var part in path.Split('/'))
        {
            if (part == "..")
            {
                if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>The folder that a normalised path is in; empty for the root.</summary>
    public static string FolderOf(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    /// <summary>The last part of a path.</summary>
    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>A path behind another: from the root where it begins there.</summary>
    public static string Combine(string folder, string path) => Normalize(path.StartsWith('/') ? path : $"{folder}/{path}");

    /// <summary>A number that stands for a path where millions are kept: chance makes two alike once in billions of images.</summary>
    public static ulong Key(ReadOnlySpan<char> path)
    {
        // FNV-1a is not for hashes that an attacker chooses against us: he could only make a file of his own look deleted, which still counts.
        var hash = 14695981039346656037UL;
        foreach (var character in path) hash = (hash ^ character) * 1099511628211UL;
        return hash ^ (hash >> 29);
    }
}
