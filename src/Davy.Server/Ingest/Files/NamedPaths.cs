using System.IO.Enumeration;

namespace Davy.Server.Ingest.Files;

/// <summary>A file that was found.</summary>
/// <param name="Path">Where.</param>
/// <param name="State">How it stood then.</param>
/// <param name="Root">The folder that it must be in, without links; null where it is named itself.</param>
readonly record struct FoundFile(string Path, FileState State, string? Root);

/// <summary>
/// Finds the files that paths name: a file is itself; a folder is walked in ordinal order, which is the order of time in a Cloud Storage sink; a pattern has <c>*</c> and <c>?</c> in its
/// names. Links are followed where they are named themselves, and nowhere else; names that begin with a dot, pipes and devices are passed over.
/// </summary>
/// <param name="paths">The paths.</param>
sealed class NamedPaths(IReadOnlyList<string> paths)
{
    const int Deepest = 64;

    static readonly char[] Wildcards = ['*', '?'];

    /// <summary>Whether a path is a pattern.</summary>
    public static bool IsPattern(string path) => path.IndexOfAny(Wildcards) >= 0;

    /// <summary>Finds them; each as often as it is named.</summary>
    /// <param name="refuse">Told what cannot be looked at, and why.</param>
    public IEnumerable<FoundFile> Find(Action<string, string> refuse) => paths.SelectMany(path => IsPattern(path) ? Matching(path, refuse) : At(path, null, refuse));

    /// <summary>What stands at a path: one that is named itself, where it has no root.</summary>
    static IEnumerable<FoundFile> At(string path, string? root, Action<string, string> refuse)
    {
        var throughLinks = root is null;
        var state = FileState.At(path, throughLinks);
        switch (state?.Kind)
        {
            case FileKind.Regular:
                return [new(path, state.Value, root)];
            case FileKind.Folder:
                return Walk(path, root ?? FileState.RealPath(path), 0, refuse);
            case FileKind.Other when throughLinks:
                refuse(path, "It is neither a file nor a folder.");
                return [];
            case null when throughLinks:
                refuse(path, "There is no such file or folder.");
                return [];
            default:
                return [];
        }
    }

    static IEnumerable<FoundFile> Walk(string folder, string? root, int depth, Action<string, string> refuse)
    {
        foreach (var path in Children(folder, refuse))
        {
            if (Path.GetFileName(path.AsSpan()) is ['.', ..] || FileState.At(path, throughLinks: false) is not { } state) continue;
            if (state.Kind is FileKind.Regular)
            {
                yield return new(path, state, root);
            }
            else if (state.Kind is FileKind.Folder)
            {
                if (depth == Deepest) refuse(path, $"It is more than {Deepest} folders deep.");
                else foreach (var file in Walk(path, root, depth + 1, refuse)) yield return file;
            }
        }
    }

    static IEnumerable<FoundFile> Matching(string pattern, Action<string, string> refuse)
    {
        var parts = pattern.Split('/');
        List<string> places = ["/"];
        var root = "/";
        for (var part = 0; part < parts.Length - 1; part++)
        {
            if (parts[part] is "" or ".") continue;
            if (IsPattern(parts[part]) && !parts.Take(part).Any(IsPattern)) Begin(places[0]);
            places = [.. places.SelectMany(place => IsPattern(parts[part]) ? Children(place, refuse).Where(child => Matches(parts[part], child) && FileState.At(child, false)?.Kind is FileKind.Folder) : [Path.Combine(place, parts[part])])];
        }

        if (!parts.Take(parts.Length - 1).Any(IsPattern)) Begin(places[0]);

        // A folder that matches only in part has nothing that matches whole.
        foreach (var place in places.Where(Directory.Exists))
        {
            foreach (var child in Children(place, refuse).Where(child => Matches(parts[^1], child)))
            {
                foreach (var file in At(child, root, refuse)) yield return file;
            }
        }

        // What is named as it is may be a link; behind the first name that is a pattern nothing leads out.
        void Begin(string folder)
        {
            root = FileState.RealPath(folder) ?? folder;
            if (!Directory.Exists(folder)) refuse(folder, "There is no such folder.");
        }
    }

    static bool Matches(string part, string path)
    {
        var name = Path.GetFileName(path.AsSpan());
        return (name[0] != '.' || part[0] == '.') && FileSystemName.MatchesSimpleExpression(part, name, ignoreCase: false);
    }

    static string[] Children(string folder, Action<string, string> refuse)
    {
        try
        {
            var children = Directory.GetFileSystemEntries(folder);
            Array.Sort(children, StringComparer.Ordinal);
            return children;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            if (fault is not DirectoryNotFoundException) refuse(folder, fault.Message);
            return [];
        }
    }
}
