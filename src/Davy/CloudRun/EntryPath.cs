using System.Globalization;
using System.Text.Json;
using Davy.Logs;

namespace Davy.CloudRun;

/// <summary>
/// Tells where in the entry a value stands, for the few whose places are kept. Places are asked for in the order of the text, so the way to one begins where the last one was, and all of
/// them together cost no more than one walk through the body.
/// </summary>
sealed class EntryPath
{
    const int LongestPath = 512;
    const int LongestWord = 128;

    /// <summary>Room for a path, the word that made it too long, and what follows, in characters.</summary>
    const int Room = 2 * LongestPath;

    [ThreadStatic]
    static char[]? _room;

    readonly JsonTree _tree;
    readonly string _place;
    Step[] _steps = new Step[8];
    int _depth;

    /// <summary>A body's paths.</summary>
    /// <param name="body">The body, an object.</param>
    /// <param name="place">The body's own path in the entry.</param>
    public EntryPath(JsonValue body, string place)
    {
        (_tree, _place) = (body.Tree!, place);
        Enter(body.Row);
    }

    /// <summary>The path to a value, or to a field of it.</summary>
    /// <param name="row">The value's row; never one before that of the last call.</param>
    /// <param name="field">The field's name; empty for the value itself.</param>
    /// <param name="index">The item of the field; -1 for the field itself.</param>
    /// <param name="behind">What follows behind that.</param>
    /// <remarks>A path is kept with every container, and the log chooses its words: long ones are cut, or one entry could fill the memory. A name is decoded once.</remarks>
    /// <exception cref="EntryRejectedException">A name on the way is not valid Unicode.</exception>
    public string To(int row, string field = "", int index = -1, string behind = "")
    {
        GoTo(row);
        var room = _room ??= new char[Room];
        var length = 0;
        Add(_place);
        for (var at = 0; at < _depth && length <= LongestPath; at++)
        {
            ref var step = ref _steps[at];
            if (step.IsObject)
            {
                if (length > 0) Add(".");
                Add(step.Word ??= Word(step.Child));
            }
            else
            {
                AddIndex(step.Index);
            }
        }

        if (length > LongestPath)
        {
            length = EndOf(room, LongestPath);
            Add("…");
        }

        if (field != "")
        {
            Add(".");
            Add(field);
        }

        if (index >= 0) AddIndex(index);
        Add(behind);
        return TextPool.Of(room.AsSpan(0, length));

        void Add(string text)
        {
            text.CopyTo(room.AsSpan(length));
            length += text.Length;
        }

        void AddIndex(int number)
        {
            room[length++] = '[';
            number.TryFormat(room.AsSpan(length), out var digits, default, CultureInfo.InvariantCulture);
            length += digits;
            room[length++] = ']';
        }
    }

    string Word(int member)
    {
        var name = new JsonMember(_tree, member).Name;
        return name.Length <= LongestWord ? name : string.Concat(name.AsSpan(0, EndOf(name, LongestWord)), "…");
    }

    /// <summary>Where a text is cut that is longer: no pair of surrogates is cut in two.</summary>
    static int EndOf(ReadOnlySpan<char> text, int length) => char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;

    void GoTo(int row)
    {
        while (_depth > 1 && _steps[_depth - 1].End <= row) _depth--;
        while (true)
        {
            ref var step = ref _steps[_depth - 1];
            while (_tree[step.Value].Next is var next && next <= row) (step.Child, step.Index, step.Word) = (next, step.Index + 1, null);
            if (step.Value == row) return;
            Enter(step.Value);
        }
    }

    void Enter(int row)
    {
        if (_depth == _steps.Length) Array.Resize(ref _steps, _depth * 2);
        _steps[_depth++] = new() { IsObject = _tree[row].Type is JsonTokenType.StartObject, End = _tree[row].Next, Child = row + 1 };
    }

    /// <summary>An object or array on the way, and which of its members or items the way leads through.</summary>
    struct Step
    {
        /// <summary>Whether it is an object.</summary>
        public bool IsObject;

        /// <summary>The row behind it.</summary>
        public int End;

        /// <summary>The row of the item, or of the member's name.</summary>
        public int Child;

        /// <summary>Which it is, from 0.</summary>
        public int Index;

        /// <summary>The member's name, cut; null where it was not asked for.</summary>
        public string? Word;

        /// <summary>The row of the item, or of the member's value.</summary>
        public readonly int Value => IsObject ? Child + 1 : Child;
    }
}
