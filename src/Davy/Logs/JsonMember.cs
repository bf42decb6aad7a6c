namespace Davy.Logs;

/// <summary>A member of an object.</summary>
public readonly struct JsonMember
{
    readonly JsonTree _tree;
    readonly int _row;

    internal JsonMember(JsonTree tree, int row) => (_tree, _row) = (tree, row);

    /// <summary>Its name.</summary>
    /// <exception cref="EntryRejectedException">The name is not valid Unicode.</exception>
    public string Name => JsonTexts.Decode(_tree, _tree[_row]);

    /// <summary>Its value.</summary>
    public JsonValue Value => new(_tree, _row + 1);

    /// <summary>Whether it has a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>True where it has, however it is escaped.</returns>
    /// <exception cref="EntryRejectedException">Its own name is not valid Unicode.</exception>
    public bool Is(ReadOnlySpan<byte> name)
    {
        ref readonly var row = ref _tree[_row];
        return !row.IsEscaped ? row.Length == name.Length && _tree.TextOf(row).SequenceEqual(name) : IsEscaped(row, name);
    }

    bool IsEscaped(in JsonTree.Row row, ReadOnlySpan<byte> name)
    {
        if (JsonTexts.IsOtherByLength(row.Length, name.Length) || !JsonTexts.BeginsWith(name, _tree.TextOf(row))) return false;
        return JsonTexts.TryEquals(_tree, row, name, out var isEqual) ? isEqual : throw JsonTexts.InvalidName();
    }
}

/// <summary>The members of an object, in the order of the text.</summary>
public readonly struct JsonMembers
{
    readonly JsonTree? _tree;
    readonly int _first;
    readonly int _end;

    internal JsonMembers(JsonTree tree, int first, int end) => (_tree, _first, _end) = (tree, first, end);

    /// <summary>Goes through them.</summary>
    /// <returns>For <c>foreach</c>.</returns>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Goes through members.</summary>
    public struct Enumerator
    {
        readonly JsonMembers _all;
        int _row;

        internal Enumerator(JsonMembers all) => (_all, _row) = (all, -1);

        /// <summary>The member.</summary>
        public readonly JsonMember Current => new(_all._tree!, _row);

        /// <summary>Goes to the next.</summary>
        /// <returns>False at the end.</returns>
        public bool MoveNext()
        {
            _row = _row < 0 ? _all._first : _all._tree![_row + 1].Next;
            return _row < _all._end;
        }
    }
}

/// <summary>The items of an array, in order.</summary>
public readonly struct JsonItems
{
    readonly JsonTree? _tree;
    readonly int _first;
    readonly int _end;

    internal JsonItems(JsonTree tree, int first, int end) => (_tree, _first, _end) = (tree, first, end);

    /// <summary>Goes through them.</summary>
    /// <returns>For <c>foreach</c>.</returns>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Goes through items.</summary>
    public struct Enumerator
    {
        readonly JsonItems _all;
        int _row;

        internal Enumerator(JsonItems all) => (_all, _row) = (all, -1);

        /// <summary>The item.</summary>
        public readonly JsonValue Current => new(_all._tree!, _row);

        /// <summary>Goes to the next.</summary>
        /// <returns>False at the end.</returns>
        public bool MoveNext()
        {
            _row = _row < 0 ? _all._first : _all._tree![_row].Next;
            return _row < _all._end;
        }
    }
}
