using System.Collections;
using System.Text;

namespace Davy.Indicators;

/// <summary>
/// The indicators of a list of plain text, of which there may be millions: only the reference is each one's own, so that alone is kept, one behind the other, and an indicator is made
/// where one is asked for. One costs its reference and seven bytes.
/// </summary>
/// <param name="list">The list's title.</param>
/// <param name="sources">Who reported them: the file itself.</param>
sealed class PlainIndicators(string list, IReadOnlyList<IndicatorSource> sources) : IReadOnlyList<Indicator>
{
    const int PageBits = 20;
    const int PageBytes = 1 << PageBits;

    readonly List<byte[]> _pages = [];
    readonly List<uint> _places = [];
    readonly List<ushort> _lengths = [];
    readonly List<byte> _scopes = [];
    int _used = PageBytes;

    /// <inheritdoc/>
    public int Count => _places.Count;

    /// <inheritdoc/>
    public Indicator this[int index] => new()
    {
        Reference = Encoding.ASCII.GetString(BytesOf(index)),
        Scope = ScopeOf(index),
        Kind = IndicatorKind.Malicious,
        Sources = sources,
        List = list,
    };

    /// <summary>What an indicator's reference covers.</summary>
    public IndicatorScope ScopeOf(int index) => (IndicatorScope)_scopes[index];

    /// <summary>An indicator's reference.</summary>
    /// <param name="index">The indicator.</param>
    /// <param name="room">Where it is put.</param>
    public ReadOnlySpan<char> ReferenceOf(int index, Span<char> room) => room[..Encoding.ASCII.GetChars(BytesOf(index), room)];

    /// <summary>Adds an indicator.</summary>
    /// <param name="reference">Its reference in two parts, all of ASCII as every reference is.</param>
    /// <param name="rest">The second part.</param>
    /// <param name="scope">What it covers.</param>
    public void Add(ReadOnlySpan<char> reference, ReadOnlySpan<char> rest, IndicatorScope scope)
    {
        var length = checked((ushort)(reference.Length + rest.Length));
        if (_used + length > PageBytes)
        {
            _pages.Add(new byte[PageBytes]);
            _used = 0;
        }

        var page = _pages[^1].AsSpan(_used);
        Encoding.ASCII.GetBytes(reference, page);
        Encoding.ASCII.GetBytes(rest, page[reference.Length..]);
        _places.Add(((uint)(_pages.Count - 1) << PageBits) | (uint)_used);
        _lengths.Add(length);
        _scopes.Add((byte)scope);
        _used += length;
    }

    /// <summary>Gives back the memory that was taken for more.</summary>
    public void Trim()
    {
        if (_pages.Count == 1) (_pages[0], _used) = (_pages[0][.._used], PageBytes);
        _places.TrimExcess();
        _lengths.TrimExcess();
        _scopes.TrimExcess();
    }

    /// <inheritdoc/>
    public IEnumerator<Indicator> GetEnumerator()
    {
        for (var index = 0; index < Count; index++) yield return this[index];
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    ReadOnlySpan<byte> BytesOf(int index) => _pages[(int)(_places[index] >> PageBits)].AsSpan((int)(_places[index] & (PageBytes - 1)), _lengths[index]);
}
