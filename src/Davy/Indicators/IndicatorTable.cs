namespace Davy.Indicators;

/// <summary>
/// Indicators by a part of their references. The parts are never made into texts of their own, and an indicator costs eight bytes: lists may hold millions.
/// </summary>
sealed class IndicatorTable
{
    readonly IReadOnlyList<Indicator> _indicators;
    readonly KeyOf _keyOf;
    readonly int[] _first;
    readonly int[] _next;
    readonly int[] _places;

    /// <summary>Makes a table.</summary>
    /// <param name="indicators">All indicators, which must stay as they are.</param>
    /// <param name="isMember">Which of them belong into the table.</param>
    /// <param name="keyOf">The part by which one is found.</param>
    public IndicatorTable(IReadOnlyList<Indicator> indicators, Func<Indicator, bool> isMember, KeyOf keyOf)
    {
        (_indicators, _keyOf) = (indicators, keyOf);

        var count = 0;
        foreach (var indicator in indicators) count += isMember(indicator) ? 1 : 0;
        (_places, _next, _first) = (new int[count], new int[count], new int[Math.Max(1, count)]);
        Array.Fill(_first, -1);

        // From the last to the first, so that those of one key are found in their order.
        var member = count;
        for (var place = indicators.Count - 1; place >= 0; place--)
        {
            if (!isMember(indicators[place])) continue;

            _places[--member] = place;
            ref var first = ref _first[Slot(keyOf(indicators[place].Reference))];
            (_next[member], first) = (first, member);
        }
    }

    /// <summary>The part of a reference by which it is found.</summary>
    public delegate ReadOnlySpan<char> KeyOf(string reference);

    /// <summary>The indicators under a text, in their order; a list that is made only where there are some.</summary>
    public IReadOnlyList<Indicator> Under(ReadOnlySpan<char> text)
    {
        List<Indicator>? found = null;
        for (var member = _first[Slot(text)]; member >= 0; member = _next[member])
        {
            var indicator = _indicators[_places[member]];
            if (_keyOf(indicator.Reference).SequenceEqual(text)) (found ??= []).Add(indicator);
        }

        return found ?? (IReadOnlyList<Indicator>)[];
    }

    int Slot(ReadOnlySpan<char> key) => (int)((uint)string.GetHashCode(key) % (uint)_first.Length);
}
