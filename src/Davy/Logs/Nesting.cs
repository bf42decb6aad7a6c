using System.Numerics;
using System.Runtime.CompilerServices;

namespace Davy.Logs;

/// <summary>The objects and arrays that are open at one place of a record: all are counted, the innermost 64 are known.</summary>
struct Nesting
{
    const int MostKnown = 64;

    ulong _objects; // a bit for each known level, the innermost lowest: set for an object
    int _known;

    /// <summary>How many are open.</summary>
    public int Depth { get; private set; }

    /// <summary>The most that were open.</summary>
    public int Deepest { get; private set; }

    readonly bool IsObject => (_objects & 1) != 0;

    /// <summary>Whether all that are open are known, and one more would be.</summary>
    readonly bool IsAllKnown => Depth == _known && _known < MostKnown;

    /// <summary>Takes an opening bracket as valid JSON has them; false, and nothing is taken, where it is not such a one, or is too deep to be sure.</summary>
    /// <param name="bracket">The bracket.</param>
    /// <param name="last">The last byte before it that is not white space.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryOpenKnown(byte bracket, byte last)
    {
        if (!IsAllKnown || (_known > 0 && !(IsObject ? last == ':' : last is (byte)'[' or (byte)','))) return false;

        _objects = (_objects << 1) | ((uint)(bracket >> 5) & 1);
        _known++;
        Depth++;
        Deepest = Math.Max(Deepest, Depth);
        return true;
    }

    /// <summary>Takes a closing bracket of the innermost object or array, if that is not the outermost; false, and nothing is taken, where it is another.</summary>
    /// <param name="bracket">The bracket.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryCloseInner(byte bracket)
    {
        if (!IsAllKnown || _known < 2 || (_objects & 1) != ((uint)(bracket >> 5) & 1)) return false;

        _objects >>= 1;
        _known--;
        Depth--;
        return true;
    }

    /// <summary>Takes a bracket.</summary>
    /// <param name="bracket">The bracket.</param>
    /// <param name="last">The last byte before it that is not white space.</param>
    /// <returns>False where it cannot stand there: a value where a name must stand, or an end of what is not open.</returns>
    public bool TryPass(byte bracket, byte last) => IsClosing(bracket) ? TryClose(bracket == '}') : TryOpen(bracket == '{', last);

    /// <summary>Whether a bracket closes; of the four only those have both bits.</summary>
    public static bool IsClosing(byte bracket) => (bracket & 0b101) == 0b101;

    /// <summary>Whether valid JSON may go on with a byte on a new line. A bad end is let pass: the record ends in the same place, and its parser says what is wrong.</summary>
    /// <param name="last">The last byte of the line before.</param>
    /// <param name="first">The first byte of the new one.</param>
    public readonly bool MayGoOn(byte last, byte first) => _known == 0 || first is (byte)'}' or (byte)']' || last switch
    {
        (byte)'{' => first == '"',
        (byte)',' when IsObject => first == '"',
        (byte)',' or (byte)'[' or (byte)':' => first is not ((byte)',' or (byte)':'),
        (byte)'"' when IsObject => first is (byte)',' or (byte)':',
        _ => first == ',',
    };

    /// <summary>Opens an object (or array).</summary>
    public bool TryOpen(bool isObject, byte last)
    {
        if (_known > 0 && !(IsObject ? last == ':' : last is (byte)'[' or (byte)',')) return false;

        _objects = (_objects << 1) | (isObject ? 1UL : 0);
        _known = Math.Min(_known + 1, MostKnown);
        Deepest = Math.Max(Deepest, ++Depth);
        return true;
    }

    /// <summary>Closes the innermost object (or array), and with it what was left open in it.</summary>
    public bool TryClose(bool isObject)
    {
        if (IsObject == isObject && _known > 0)
        {
            (Depth, _known, _objects) = (Depth - 1, _known - 1, _objects >> 1);
            return true;
        }

        var inner = BitOperations.TrailingZeroCount(isObject ? _objects : ~_objects);
        if (inner >= _known)
        {
            // Of the levels that are not known any may be meant.
            if (Depth == _known) return false;
            inner = _known;
        }

        Depth -= inner + 1;
        _known = Math.Max(_known - inner - 1, 0);
        _objects = inner + 1 >= MostKnown ? 0 : _objects >> (inner + 1);
        return true;
    }
}
