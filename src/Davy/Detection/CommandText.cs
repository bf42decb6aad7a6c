using System.Buffers;
using System.Text;
using Davy.CloudRun;

namespace Davy.Detection;

/// <summary>A text to look through, with a way back from each character to its place in the entry.</summary>
sealed class CommandText
{
    /// <summary>The most of one text that is looked at, in characters; more leaves the container undecided where nothing else speaks.</summary>
    public const int MaxLength = 64 * 1024;

    static readonly SearchValues<char> LettersAndDigits = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    readonly List<(int Start, int End, string Place)> _parts = [];
    readonly Container? _container;

    CommandText(Container? container) => _container = container;

    /// <summary>The text as it stands in the log.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The text without what it only kills, searches for or blocks; as long as <see cref="Text"/>.</summary>
    public string Wanted => field ??= ShellRefusals.BlankedIn(this);

    /// <summary>What it runs; of a value of the environment, what a shell would run that got it.</summary>
    public RunCommands Commands => field ??= _container is null
        ? RunCommands.OfScript(ShellWord.At(0, Text))
        : RunCommands.OfContainer([.. _parts.Select(part => ShellWord.At(part.Start, Text[part.Start..part.End]))], _container.Command.Count > 0, _container.Environment);

    /// <summary>Whether it is run, rather than a value of the environment.</summary>
    public bool IsCommand => Variable is null;

    /// <summary>The length of its longest run of ASCII letters and digits.</summary>
    public int LongestRun => field != 0 ? field : field = LongestRunOf(Text);

    /// <summary>Whether it was decoded from base64.</summary>
    public bool IsDecoded { get; private init; }

    /// <summary>The variable whose value it is; null where it is none.</summary>
    public EnvironmentVariable? Variable { get; private init; }

    /// <summary>The place of the first argument that was not looked at whole; null where all was.</summary>
    public string? CutAt { get; private set; }

    /// <summary>Command and arguments as one line, since an option and its value are often two arguments.</summary>
    public static CommandText Of(Container container)
    {
        var line = new CommandText(container);
        var text = new StringBuilder();
        foreach (var part in container.Command.Concat(container.Args))
        {
            if (text.Length > 0) text.Append(' ');
            var start = text.Length;
            if (start + part.Text.Length > MaxLength) line.CutAt ??= part.Place;
            text.Append(part.Text.AsSpan(0, Math.Clamp(MaxLength - start, 0, part.Text.Length)));
            line._parts.Add((start, text.Length, part.Place));
            if (line.CutAt is not null) break;
        }

        line.Text = text.ToString();
        return line;
    }

    /// <summary>The value of a variable.</summary>
    public static CommandText Of(EnvironmentVariable variable)
    {
        var isCut = variable.Value.Length > MaxLength;
        return new CommandText(container: null) { Variable = variable, CutAt = isCut ? variable.Place : null }
            .Whole(isCut ? variable.Value[..MaxLength] : variable.Value, variable.Place);
    }

    /// <summary>What stood in base64 in another text.</summary>
    public static CommandText Decoded(string text, string place) => new CommandText(container: null) { IsDecoded = true }.Whole(text, place);

    /// <summary>The place in the entry of a character.</summary>
    public string PlaceOf(int index) => PartOf(index).Place;

    /// <summary>Ranges of the text with all else masked as <c>…</c>.</summary>
    /// <param name="ranges">The ranges to keep, in order and apart.</param>
    public string Masked(IReadOnlyList<(int Start, int End)> ranges)
    {
        if (ranges.Count == 0) return "…";

        var masked = new StringBuilder();
        var end = PartOf(ranges[0].Start).Start;
        foreach (var range in ranges)
        {
            if (range.Start > end) masked.Append('…');
            masked.Append(Text.AsSpan(range.Start, range.End - range.Start));
            end = range.End;
        }

        if (end < PartOf(end - 1).End) masked.Append('…');
        return masked.ToString();
    }

    static int LongestRunOf(string text)
    {
        var longest = 0;
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var length = rest.IndexOfAnyExcept(LettersAndDigits) is var end and >= 0 ? end : rest.Length;
            longest = Math.Max(longest, length);
            rest = rest[Math.Min(rest.Length, length + 1)..];
        }

        return longest;
    }

    CommandText Whole(string text, string place)
    {
        Text = text;
        _parts.Add((0, text.Length, place));
        return this;
    }

    (int Start, int End, string Place) PartOf(int index)
    {
        var (low, high) = (0, _parts.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_parts[middle].Start <= index) low = middle;
            else high = middle - 1;
        }

        return _parts[low];
    }
}
