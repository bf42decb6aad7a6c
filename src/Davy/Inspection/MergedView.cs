namespace Davy.Inspection;

/// <summary>The files of an image as they are once all layers lie upon one another.</summary>
/// <param name="layers">The layers, the lowest first; null for one that was not read.</param>
sealed class MergedView(IReadOnlyList<LayerContents?> layers)
{
    const int MostHops = 40;

    /// <summary>Whether all layers are known.</summary>
    public bool IsWhole => layers.All(layer => layer is not null);

    /// <summary>The layer from which a path comes; -1 where there is no such path.</summary>
    public int LayerOf(string path)
    {
        for (var i = layers.Count - 1; i >= 0; i--)
        {
            if (layers[i] is not { } layer) continue;
            if (layer.Has(path)) return i;
            if (layer.Deletes(path)) return -1;
        }

        return -1;
    }

    /// <summary>The layer that deletes or replaces a path of another; -1 for none.</summary>
    public int DeletedIn(int layer, string path)
    {
        for (var i = layer + 1; i < layers.Count; i++)
        {
            if (layers[i] is { } above && (above.Has(path) || above.Deletes(path))) return i;
        }

        return -1;
    }

    /// <summary>Follows the links of a path.</summary>
    /// <param name="path">The path, normalised.</param>
    /// <returns>Where the file itself is; the same path where there are no links.</returns>
    public string Resolve(string path)
    {
        var hops = 0;
        var done = "";
        var left = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        while (left.TryPop(out var part))
        {
            if (part == "..")
            {
                done = ImagePath.FolderOf(done);
                continue;
            }

            if (part == ".") continue;
            var here = done.Length == 0 ? part : $"{done}/{part}";
            var layer = LayerOf(here);
            if (layer < 0 || layers[layer]!.LinkAt(here) is not { } target || ++hops > MostHops)
            {
                done = here;
                continue;
            }

            if (target.StartsWith('/')) done = "";
            foreach (var step in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse()) left.Push(step);
        }

        return done;
    }

    /// <summary>The path under which a file is there; null where there is none.</summary>
    /// <param name="path">The path, normalised.</param>
    public string? Find(string path)
    {
        var resolved = Resolve(path);
        if (resolved.Length == 0) return null;
        if (LayerOf(resolved) >= 0) return resolved;

        // An archive may name a file through a link of a layer below: bin/app where /bin leads to /usr/bin.
        foreach (var (link, target) in layers.Where(layer => layer is not null).SelectMany(layer => layer!.RootLinks))
        {
            if (target.Length == 0 || !resolved.StartsWith($"{target}/", StringComparison.Ordinal)) continue;
            var alias = $"{link}{resolved[target.Length..]}";
            if (LayerOf(alias) >= 0) return alias;
        }

        return null;
    }

    /// <summary>Whether a path is a text that can be read as a script.</summary>
    public bool IsText(string path) => LayerOf(path) is >= 0 and var layer && layers[layer]!.IsText(path);

    /// <summary>A small text; null where it is none that is kept.</summary>
    public byte[]? TextAt(string path) => LayerOf(path) is >= 0 and var layer ? layers[layer]!.Texts.GetValueOrDefault(path) : null;
}
