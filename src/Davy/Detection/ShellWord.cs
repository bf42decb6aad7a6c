using System.Text;

namespace Davy.Detection;

/// <summary>A word, or a whole script, as the program that gets it sees it: quotes are gone, and each character still knows where in the text it stood.</summary>
sealed class ShellWord
{
    readonly int _origin;
    readonly int[]? _positions;

    ShellWord(string value, int origin, int[]? positions)
    {
        Value = value;
        _origin = origin;
        _positions = positions;
    }

    /// <summary>What it says.</summary>
    public string Value { get; }

    /// <summary>A word that stands in the text as it is.</summary>
    /// <param name="value">What it says.</param>
    /// <param name="origin">Where in the text it begins.</param>
    public static ShellWord At(int origin, string value) => new(value, origin, null);

    /// <summary>Words with a space between them, as <c>eval</c> and <c>echo</c> join them.</summary>
    public static ShellWord Joined(IReadOnlyList<ShellWord> words)
    {
        if (words is [var only]) return only;

        var joined = new Builder();
        foreach (var word in words)
        {
            if (joined.HasBegun) joined.Append(' ', word.Value.Length > 0 ? word.PositionOf(0) : 0);
            joined.Append(word);
        }

        return joined.Take();
    }

    /// <summary>Where in the text a character stood.</summary>
    public int PositionOf(int index) => _positions is null ? _origin + index : _positions[index];

    /// <summary>A part of it.</summary>
    public ShellWord Slice(int start, int length) =>
        new(Value.Substring(start, length), _origin + start, _positions?[start..(start + length)]);

    /// <summary>Puts a word together, character by character.</summary>
    public sealed class Builder
    {
        readonly StringBuilder _value = new();
        readonly List<int> _positions = [];

        /// <summary>Whether there is a word, if only an empty one in quotes.</summary>
        public bool HasBegun { get; private set; }

        /// <summary>Whether the word so far ends with a character.</summary>
        public bool EndsWith(char character) => _value.Length > 0 && _value[^1] == character;

        /// <summary>Whether the word so far is a number, and so before <c>&gt;</c> that of a file.</summary>
        public bool IsNumber => _value.Length is 1 or 2 && char.IsAsciiDigit(_value[0]) && char.IsAsciiDigit(_value[^1]);

        /// <summary>Makes it a word, even if nothing follows.</summary>
        public void Begin() => HasBegun = true;

        public void Append(char character, int position)
        {
            HasBegun = true;
            _value.Append(character);
            _positions.Add(position);
        }

        public void Append(ShellWord word)
        {
            HasBegun = true;
            for (var i = 0; i < word.Value.Length; i++) Append(word.Value[i], word.PositionOf(i));
        }

        /// <summary>The word; the next one begins.</summary>
        public ShellWord Take()
        {
            var word = new ShellWord(_value.ToString(), 0, [.. _positions]);
            _value.Clear();
            _positions.Clear();
            HasBegun = false;
            return word;
        }
    }
}
