using Davy.Images;

namespace Davy.Indicators;

/// <summary>The indicators of several lists, counted through. What is asked for most is told without making an indicator.</summary>
/// <param name="lists">The lists, which must stay as they are.</param>
sealed class IndicatorRows(IReadOnlyList<IReadOnlyList<Indicator>> lists)
{
    /// <summary>Longer than any reference, in characters: what a person wrote, and the host and folder that are put before it.</summary>
    public const int LongestReference = ImageSpelling.LongestText + 64;

    /// <summary>How many there are.</summary>
    public int Count { get; } = lists.Sum(list => list.Count);

    /// <summary>One of them.</summary>
    public Indicator this[int row] => ListOf(ref row)[row];

    /// <summary>What an indicator's reference covers.</summary>
    public IndicatorScope ScopeOf(int row)
    {
        var list = ListOf(ref row);
        return list is PlainIndicators plain ? plain.ScopeOf(row) : list[row].Scope;
    }

    /// <summary>An indicator's reference.</summary>
    /// <param name="row">The indicator.</param>
    /// <param name="room">Room for <see cref="LongestReference"/> characters.</param>
    public ReadOnlySpan<char> ReferenceOf(int row, Span<char> room)
    {
        var list = ListOf(ref row);
        return list is PlainIndicators plain ? plain.ReferenceOf(row, room) : list[row].Reference;
    }

    /// <summary>The list of a row, which becomes the place in it.</summary>
    IReadOnlyList<Indicator> ListOf(ref int row)
    {
        var list = 0;
        for (; row >= lists[list].Count; list++) row -= lists[list].Count;
        return lists[list];
    }
}
