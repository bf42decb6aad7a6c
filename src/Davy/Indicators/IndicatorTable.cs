namespace Davy.Indicators;

/// <summary>
/// Indicators by a part of their references. The parts are never made into texts of their own, and an indicator costs sixteen bytes: lists may hold millions.
/// </summary>
sealed class IndicatorTable
{
    readonly IndicatorRows _indicators;
    readonly KeyOf _keyOf;
    readonly int[] _first;
    readonly int[] _next;
    readonly int[] _rows;
    readonly int[] _hashes;

    /// <summary>Makes a table.</summary>
    /// <param name="indicators">All indicators.</param>
    /// <param name="keyOf">The part by which one is found.</param>
    public IndicatorTable(IndicatorRows indicators, KeyOf keyOf)
    {
        (_indicators, _keyOf) = (indicators, keyOf);

        Span<char> room = stackalloc char[IndicatorRows.LongestReference];
        List<int> rows = [], hashes = [];
        for (var row = 0; row < indicators.Count; row++)
        {
            if (!keyOf(indicators.ScopeOf(row), indicators.ReferenceOf(row, room), out var key)) continue;
            rows.Add(row);
            hashes.Add(string.GetHashCode(key));
        }

        (_rows, _hashes, _next, _first) = ([.. rows], [.. hashes], new int[rows.Count], new int[Math.Max(1, rows.Count)]);
        Array.Fill(_first, -1);

        // From the last to the first, so that those of one key are found in their order.
        for (var member = _rows.Length - 1; member >= 0; member--)
        {
            ref var first = ref _first[Slot(_hashes[member])];
            (_next[member], first) = (first, member);
        }
    }

    /// <summary>The part of a reference by which it is found; false where it is not in the table.</summary>
    public delegate bool KeyOf(IndicatorScope scope, ReadOnlySpan<char> reference, out ReadOnlySpan<char> key);

    /// <summary>The indicators under a text, in their order; a list that is made only where there are some.</summary>
    public IReadOnlyList<Indicator> Under(ReadOnlySpan<char> text)
    {
        if (_rows.Length == 0) return [];

        List<Indicator>? found = null;
        var hash = string.GetHashCode(text);
        for (var member = _first[Slot(hash)]; member >= 0; member = _next[member])
        {
            if (_hashes[member] != hash) continue;

            var indicator = _indicators[_rows[member]];
            if (_keyOf(indicator.Scope, indicator.Reference, out var key) && key.SequenceEqual(text)) (found ??= []).Add(indicator);
        }

        return found ?? (IReadOnlyList<Indicator>)[];
    }

    int Slot(int hash) => (int)((uint)hash % (uint)_first.Length);
}
