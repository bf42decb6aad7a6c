using System.Text;

namespace Davy.Benchmarks.Generation;

/// <summary>The text of an entry with slots, <c>«name»</c>, that each entry fills anew.</summary>
sealed class Template
{
    readonly List<(byte[] Text, Slot? Slot)> _parts = [];

    /// <summary>Reads a template.</summary>
    /// <param name="text">JSON; line ends and the blanks that begin a line are left out, as logging writes an entry in one line.</param>
    public Template(string text)
    {
        var joined = string.Concat(text.Split('\n').Select(line => line.TrimStart()));
        for (int at = 0, open; at < joined.Length;)
        {
            open = joined.IndexOf('«', at);
            if (open < 0) open = joined.Length;
            var close = open < joined.Length ? joined.IndexOf('»', open) : open;
            _parts.Add((Encoding.UTF8.GetBytes(joined[at..open]), open < joined.Length ? Enum.Parse<Slot>(joined[(open + 1)..close], ignoreCase: true) : null));
            at = close + 1;
        }
    }

    /// <summary>Writes an entry.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="scene">What the slots hold.</param>
    public void Write(EntryText text, Scene scene)
    {
        foreach (var (literal, slot) in _parts)
        {
            text.Add(literal);
            if (slot is { } filled) scene.Fill(filled, text);
        }
    }
}
