namespace Davy.Inspection;

/// <summary>The texts found in a file, each where it was seen first.</summary>
/// <param name="count">How many texts are sought.</param>
sealed class LiteralHits(int count)
{
    readonly ulong[] _has = new ulong[(count + 63) / 64];
    readonly long[] _at = new long[count];

    /// <summary>What is to be added to a place in a piece to get that in the file.</summary>
    public long Origin { get; set; }

    /// <summary>Whether anything was found.</summary>
    public bool IsAny { get; private set; }

    /// <summary>Whether a text was found.</summary>
    public bool Has(int literal) => (_has[literal >> 6] & (1UL << literal)) != 0;

    /// <summary>Where a text was seen first.</summary>
    public long At(int literal) => _at[literal];

    /// <summary>Keeps what was found.</summary>
    /// <param name="literal">Which text.</param>
    /// <param name="at">Where in the piece.</param>
    public void Add(int literal, int at)
    {
        IsAny = true;
        _has[literal >> 6] |= 1UL << literal;
        _at[literal] = Origin + at;
    }

    /// <summary>Forgets it all.</summary>
    public void Clear()
    {
        if (!IsAny) return;
        Array.Clear(_has);
        IsAny = false;
    }
}
