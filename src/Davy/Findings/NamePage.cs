namespace Davy.Findings;

/// <summary>A page of a list that is sorted by name.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">The items.</param>
/// <param name="Next">The last name, behind which the next page begins; empty where this is the last page.</param>
public sealed record NamePage<T>(IReadOnlyList<T> Items, string Next)
{
    /// <summary>Makes a page of rows, of which one more was read than asked for.</summary>
    internal static NamePage<T> Of(List<T> rows, int size, Func<T, string> name)
    {
        if (rows.Count <= size) return new(rows, "");
        rows.RemoveRange(size, rows.Count - size);
        return new(rows, name(rows[^1]));
    }
}
