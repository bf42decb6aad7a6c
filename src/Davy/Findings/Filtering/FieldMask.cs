namespace Davy.Findings.Filtering;

/// <summary>
/// Which fields an update sets or an answer shows: dotted paths in snake_case or camelCase (https://protobuf.dev/reference/protobuf/google.protobuf/#field-mask).
/// Each path exists in the message; a key may follow a map (<c>source_properties.size</c>), nothing may follow a list.
/// </summary>
public sealed class FieldMask
{
    /// <summary>The path that means all fields.</summary>
    public const string All = "*";

    const int MostPaths = 1_000;

    FieldMask(IReadOnlyList<string> paths, bool isAll) => (Paths, IsAll) = (paths, isAll);

    /// <summary>The paths in snake_case, in the order in which they were given; none where all fields are meant.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Whether <c>*</c> was given.</summary>
    public bool IsAll { get; }

    /// <summary>Whether no path was given; what that means is the method's to say.</summary>
    public bool IsEmpty => Paths.Count == 0 && !IsAll;

    /// <summary>Reads the paths of a mask. A path given twice counts once.</summary>
    /// <param name="paths">The paths; each may also be a list of paths separated by commas, as in a URL.</param>
    /// <param name="message">The message whose fields they name.</param>
    /// <returns>The mask.</returns>
    /// <exception cref="FilterException">A path names no field; the column counts within the paths joined by commas.</exception>
    public static FieldMask Parse(IEnumerable<string> paths, MessageType message)
    {
        List<string> read = [];
        var isAll = false;
        var column = 1;
        foreach (var path in paths.SelectMany(each => each.Split(',')))
        {
            var bare = path.Trim();
            if (bare == All) isAll = true;
            else if (bare.Length > 0 && Path(bare, message, column + path.IndexOf(bare, StringComparison.Ordinal)) is var name && !read.Contains(name)) read.Add(name);

            if (read.Count > MostPaths) throw new FilterException(column, $"the mask has more than {MostPaths} paths");
            column += path.Length + 1;
        }

        return new(isAll ? [] : read, isAll);
    }

    /// <summary>Whether the mask names a field: itself, or one above it.</summary>
    /// <param name="path">The field's path in snake_case.</param>
    /// <returns>Whether it is set or shown whole.</returns>
    public bool Covers(string path) => IsAll || Paths.Any(each => IsWithin(path, each));

    /// <summary>Whether the mask names a field, one above it or one below it.</summary>
    /// <param name="path">The field's path in snake_case.</param>
    /// <returns>Whether any of it is set or shown.</returns>
    public bool Touches(string path) => Covers(path) || Paths.Any(each => IsWithin(each, path));

    /// <summary>The keys of a map, or the fields of an object, that the mask names below it.</summary>
    /// <param name="path">The map's or object's path in snake_case.</param>
    /// <returns>For <c>marks</c> and the mask <c>marks.a,marks.b</c>: a and b.</returns>
    public IEnumerable<string> Below(string path) => Paths.Where(each => each != path && IsWithin(each, path)).Select(each => each[(path.Length + 1)..]);

    static bool IsWithin(string path, string other) =>
        path.StartsWith(other, StringComparison.Ordinal) && (path.Length == other.Length || path[other.Length] == '.');

    static string Path(string path, MessageType message, int column)
    {
        List<string> names = [];
        var here = message;
        FieldType? last = null;
        var isKey = false;
        foreach (var name in path.Split('.'))
        {
            var segment = new PathSegment(name, column);
            if (name.Length == 0) throw new FilterException(column, "expected a name before and after each dot");

            if (last is { Kind: FieldKind.Value } || last is { IsMap: true } && !isKey)
            {
                isKey = true;
                names.Add(name);
            }
            else
            {
                if (last is { IsList: true }) throw new FilterException(column, $"{last.Name} is a list, which a mask names whole; {segment} cannot follow it");
                if (here is null) throw new FilterException(column, $"{last!.Name} has no fields, so {segment} cannot follow it");

                last = here.Field(name) ?? throw new FilterException(column, $"there is no field {segment} in {here}");
                here = last.Message;
                isKey = false;
                names.Add(last.Name);
            }

            column += name.Length + 1;
        }

        return string.Join('.', names);
    }
}
