namespace Davy.Cli.Output;

/// <summary>How results are written: a name and, for those that have columns, the fields.</summary>
/// <param name="Name">One of <see cref="Names"/>.</param>
/// <param name="Fields">The fields that were asked for; empty for the usual ones.</param>
sealed record ResultFormat(string Name, IReadOnlyList<string> Fields)
{
    /// <summary>The names, the default first.</summary>
    public static readonly string[] Names = ["table", "json", "jsonl", "yaml", "csv", "value"];

    /// <summary>Reads a format: <c>table</c>, or with fields as gcloud has them, <c>value(name,severity)</c>.</summary>
    /// <param name="text">The format.</param>
    /// <param name="fields">Fields that were given beside it, comma-separated; null for none.</param>
    /// <returns>Null where it is none.</returns>
    public static ResultFormat? Parse(string text, string? fields)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open > 0 && text.EndsWith(')') && fields is null) (text, fields) = (text[..open], text[(open + 1)..^1]);
        string[] all = (fields ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Names.Contains(text) && (all.Length == 0 || text is "table" or "csv" or "value") ? new(text, all) : null;
    }
}
