using System.Buffers;
using System.Text;
using Davy.CloudRun;

namespace Davy.Detection;

/// <summary>A text of a container that may hold signs of mining, and where each part of it stood.</summary>
sealed class CommandText
{
    /// <summary>How much of a text is looked at, in characters.</summary>
    public const int Longest = 64 * 1024;

    const int MostDecoded = 2;
    const int ShortestBase64 = 24;

    static readonly SearchValues<char> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

    readonly List<(int Start, string Place)> _places = [];

    CommandText(string text, bool isCommand)
    {
        IsCut = text.Length > Longest;
        Text = IsCut ? text[..Longest] : text;
        IsCommand = isCommand;
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>It is a command line: its first word is a program.</summary>
    public bool IsCommand { get; }

    /// <summary>It was longer than what is looked at.</summary>
    public bool IsCut { get; }

    /// <summary>The place of a position in the text.</summary>
    public string PlaceOf(int position) => _places.FindLast(part => part.Start <= position).Place;

    /// <summary>The texts of a container: its command line as one, since options and their values are separate arguments; each variable; and what they hide in base64.</summary>
    public static IEnumerable<CommandText> Of(Container container)
    {
        List<CommandText> texts = [];
        var parts = container.Command.Concat(container.Args).ToList();
        if (parts.Count > 0)
        {
            var line = new StringBuilder();
            List<(int, string)> places = [];
            foreach (var part in parts)
            {
                if (line.Length > 0) line.Append(' ');
                places.Add((line.Length, part.Place));
                line.Append(part.Text);
            }

            var command = new CommandText(line.ToString(), isCommand: true);
            command._places.AddRange(places);
            texts.Add(command);
        }

        foreach (var variable in container.Environment.Where(variable => variable.Value != "")) texts.Add(At(variable.Value, variable.Place, isCommand: false));
        return texts.SelectMany(text => Unfolded(text, 0));
    }

    static CommandText At(string text, string place, bool isCommand)
    {
        var placed = new CommandText(text, isCommand);
        placed._places.Add((0, place));
        return placed;
    }

    static IEnumerable<CommandText> Unfolded(CommandText text, int rounds)
    {
        yield return text;
        if (rounds == MostDecoded) yield break;

        foreach (var (start, decoded) in Decoded(text.Text))
        {
            foreach (var inner in Unfolded(At(decoded, text.PlaceOf(start), isCommand: true), rounds + 1)) yield return inner;
        }
    }

    static IEnumerable<(int Start, string Text)> Decoded(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var start = text.AsSpan(at).IndexOfAny(Base64);
            if (start < 0) yield break;

            start += at;
            var length = text.AsSpan(start).IndexOfAnyExcept(Base64);
            if (length < 0) length = text.Length - start;
            at = start + length;
            if (length < ShortestBase64) continue;

            var bytes = new byte[length];
            if (Convert.TryFromBase64String(text.Substring(start, length - length % 4), bytes, out var written) && IsText(bytes.AsSpan(0, written)))
            {
                yield return (start, Encoding.UTF8.GetString(bytes, 0, written));
            }
        }
    }

    static bool IsText(ReadOnlySpan<byte> bytes) => !bytes.IsEmpty && !bytes.ContainsAnyExceptInRange((byte)9, (byte)126);
}
