using Davy.Images;
using Davy.Images.Tar;

namespace Davy.Inspection;

/// <summary>What a layer holds, as far as it is needed once its bytes are gone: which paths, which links, what it deletes, what was found.</summary>
sealed class LayerContents
{
    const string Whiteout = ".wh.";
    const string Opaque = ".wh..wh..opq";

    /// <summary>How many characters of links are kept.</summary>
    const int MostLinkText = 8 << 20;

    readonly List<ulong> _names = [];
    readonly HashSet<ulong> _others = [];
    readonly HashSet<ulong> _texts = [];
    readonly HashSet<ulong> _deleted = [];
    readonly HashSet<ulong> _emptied = [];
    readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);
    int _linkText;

    /// <summary>The files in which something was found.</summary>
    public List<SearchedFile> Files { get; } = [];

    /// <summary>Why parts of it were not looked at.</summary>
    public List<Obstacle> Obstacles { get; } = [];

    /// <summary>Small texts that the image may start, by path.</summary>
    public Dictionary<string, byte[]> Texts { get; } = new(StringComparer.Ordinal);

    /// <summary>Files that begin as archives do and are none.</summary>
    public int NoArchives { get; set; }

    /// <summary>How many entries it has.</summary>
    public int Entries { get; private set; }

    /// <summary>How many bytes it has once inflated.</summary>
    public long InflatedBytes { get; set; }

    /// <summary>The digest of its bytes as they are stored.</summary>
    public Digest? Stored { get; set; }

    /// <summary>Whether links were more than are kept.</summary>
    public bool IsLinksCut { get; private set; }

    /// <summary>Keeps an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>Its path, normalised.</returns>
    public string Add(in TarEntry entry)
    {
        Entries++;
        var path = ImagePath.Normalize(entry.Path);
        var name = ImagePath.NameOf(path);
        if (name == Opaque) _emptied.Add(ImagePath.Key(ImagePath.FolderOf(path)));
        else if (name.StartsWith(Whiteout, StringComparison.Ordinal)) _deleted.Add(ImagePath.Key(ImagePath.Combine(ImagePath.FolderOf(path), name[Whiteout.Length..])));
        else Keep(entry, path);
        return path;
    }

    /// <summary>Keeps that a file is a text.</summary>
    public void AddText(string path) => _texts.Add(ImagePath.Key(path));

    /// <summary>Whether a file of it is a text that can be read as a script.</summary>
    public bool IsText(string path) => _texts.Contains(ImagePath.Key(path));

    /// <summary>Makes it ready to be asked.</summary>
    public void Seal() => _names.Sort();

    /// <summary>Whether it has a path.</summary>
    public bool Has(string path) => _names.BinarySearch(ImagePath.Key(path)) >= 0;

    /// <summary>Where a link of it leads, as it is written; null where the path is no link of it.</summary>
    public string? LinkAt(string path) => _links.GetValueOrDefault(path);

    /// <summary>The links in the root, and where each leads.</summary>
    public IEnumerable<(string Link, string Target)> RootLinks => _links.Where(link => !link.Key.Contains('/')).Select(link => (link.Key, ImagePath.Normalize(link.Value)));

    /// <summary>Whether it deletes a path of a layer below, itself or with a folder above it.</summary>
    public bool Deletes(string path)
    {
        if (_deleted.Contains(ImagePath.Key(path))) return true;
        for (var folder = path; folder.Length > 0;)
        {
            folder = ImagePath.FolderOf(folder);
            var key = ImagePath.Key(folder);
            if (_emptied.Contains(key) || (folder.Length > 0 && (_deleted.Contains(key) || _others.Contains(key)))) return true;
        }

        return false;
    }

    void Keep(in TarEntry entry, string path)
    {
        var key = ImagePath.Key(path);
        _names.Add(key);
        if (entry.Kind is TarKind.SymbolicLink or TarKind.HardLink)
        {
            // A hard link leads to a path from the root, a symbolic one from where it stands.
            var target = entry.Kind is TarKind.HardLink ? $"/{entry.Link}" : entry.Link;
            _linkText += path.Length + target.Length;
            if (_linkText > MostLinkText) IsLinksCut = true;
            else _links[path] = target;
        }
        else
        {
            _links.Remove(path);
            // What is a file here cannot be a folder with files of a layer below.
            if (entry.Kind is TarKind.File) _others.Add(key);
        }
    }
}
