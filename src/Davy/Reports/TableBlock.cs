using System.Buffers;
using System.Text;
using Davy.Findings;

namespace Davy.Reports;

/// <summary>Lays out a block of labelled rows. It is given text that is safe to show; the only control characters are its own colours and line ends.</summary>
sealed class TableBlock(TextWriter output, Style style)
{
    /// <summary>Where values begin. A digest (71 characters) fits beside a label in 80 columns.</summary>
    const int Column = 9;

    const string Bold = "1";
    const string Dim = "2";
    const string Red = "1;31";
    const string Yellow = "1;33";

    /// <summary>After these a word that is too long is broken.</summary>
    static readonly SearchValues<char> Marks = SearchValues.Create("@/,;&=");

    readonly int _width = style.Width is { } width ? Math.Max(width, 40) : int.MaxValue;

    string _label = "";

    public void Heading(Severity severity, string category, string rest)
    {
        var line = $"{severity.Word}  {category}  {rest}";
        if (style.Colour && Columns(line) <= _width)
        {
            output.WriteLine($"{Coloured(severity.Word, severity >= Severity.High ? Red : Yellow)}  {Coloured(category, Bold)}  {rest}");
        }
        else
        {
            Wrapped(line, 0, "");
        }

        _label = "";
    }

    public void Title(string text) => Wrapped(text, 0, "", Bold);

    public void Blank() => output.WriteLine();

    /// <summary>A label and its value; the same label is not said twice in a row.</summary>
    public void Row(string label, string text)
    {
        var head = $" {(label == _label ? "" : label),-(Column - 2)} ";
        _label = label;
        Wrapped(text, Column, style.Colour ? Coloured(head, Dim) : head);
    }

    /// <summary>One more line of the same value.</summary>
    public void More(string text) => Wrapped(text, Column, new(' ', Column));

    /// <summary>A command to copy: a line that would be too long goes on after a backslash, as a shell has it.</summary>
    public void Command(string command)
    {
        const int Indent = Column + 2;
        var line = new StringBuilder();
        foreach (var word in command.Split(' '))
        {
            // Two columns are kept for the backslash.
            if (line.Length > 0 && Indent + line.Length + 1 + word.Length > _width - 2)
            {
                output.WriteLine($"{new string(' ', Indent)}{line} \\");
                line.Clear().Append("  ");
            }

            line.Append(line.Length == 0 || line[^1] == ' ' ? "" : " ").Append(word);
        }

        output.WriteLine($"{new string(' ', Indent)}{line}");
    }

    /// <summary>An address: never broken here, for then it could not be followed; the terminal may break it.</summary>
    public void Verbatim(string text) => output.WriteLine($"{new string(' ', Column + 2)}{text}");

    public void Label(string text) => Wrapped(text, 1, " ", Dim);

    public void Item(string text) => Wrapped(text, 5, "   - ");

    void Wrapped(string text, int indent, string head, string colour = "")
    {
        var lead = head;
        foreach (var line in Lines(text, _width - indent))
        {
            output.WriteLine(lead + (colour == "" ? line : Coloured(line, colour)));
            lead = new(' ', indent);
        }
    }

    /// <summary>The text in lines: broken at blanks, a word that is too long after one of its own marks, else anywhere.</summary>
    static IEnumerable<string> Lines(string text, int width)
    {
        var rest = text;
        while (Columns(rest) > width)
        {
            var fits = Fitting(rest, width);
            var blank = rest.LastIndexOf(' ', Math.Min(fits, rest.Length - 1));
            if (blank > 0)
            {
                yield return rest[..blank];
                rest = rest[(blank + 1)..];
                continue;
            }

            var mark = rest.AsSpan(0, fits).LastIndexOfAny(Marks) + 1;
            var end = mark > 0 ? mark : fits;
            yield return rest[..end];
            rest = rest[end..];
        }

        yield return rest;
    }

    /// <summary>How many characters fit; at least one rune, so that every line makes progress.</summary>
    static int Fitting(string text, int width)
    {
        var (columns, at) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            columns += ColumnsOf(rune);
            if (columns > width && at > 0) break;
            at += rune.Utf16SequenceLength;
        }

        return at;
    }

    static int Columns(string text) => text.EnumerateRunes().Sum(ColumnsOf);

    /// <summary>What is not ASCII is taken as wide, which at worst breaks a line early.</summary>
    static int ColumnsOf(Rune rune) => rune.IsAscii ? 1 : 2;

    string Coloured(string text, string code) => style.Colour ? $"\e[{code}m{text}\e[0m" : text;
}
