using System.Buffers;
using Davy.CloudRun;
using Davy.Indicators;

namespace Davy.Detection;

/// <summary>
/// Sees at little cost that a container cannot be told to mine, as nearly all cannot: it runs one program that is no miner, and nothing that it is told can hold a sign. It may say no
/// too often, never yes: whoever gets no reads the whole of it.
/// </summary>
static class PlainCommands
{
    /// <summary>The most text that is looked at here, in characters.</summary>
    const int MostText = 8 * 1024;

    /// <summary>Whether a container's command, arguments and environment are all plain.</summary>
    /// <param name="container">The container.</param>
    /// <param name="known">What is known of miners' command lines.</param>
    public static bool AreAllOf(Container container, MiningCommands known)
    {
        if ((container.Command.Count > 0 || container.Args.Count > 0) && (RunCommands.OnlyProgramOf(container) is not { } program || known.ProgramOf(program) is not null)) return false;

        var length = LengthOf(container.Command) + LengthOf(container.Args);
        foreach (var variable in container.Environment)
        {
            if (variable.Value.Length == 0) continue;
            if (known.Of(variable.Name).Count > 0) return false;
            length += variable.Value.Length + 1L;
        }

        if (length > MostText) return false;
        if (length == 0) return true;

        // All texts as one: a sign within one of them is in it too.
        var room = ArrayPool<char>.Shared.Rent((int)length);
        try
        {
            var text = room.AsSpan(0, Join(container, room));
            return !known.Mentions(text) && !Base64Text.IsIn(text);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(room);
        }
    }

    static long LengthOf(IReadOnlyList<PlacedText> words)
    {
        var length = 0L;
        for (var word = 0; word < words.Count; word++) length += words[word].Text.Length + 1;
        return length;
    }

    /// <summary>An option and its value are often two words, so they are joined by a blank; what is apart, by a line feed.</summary>
    static int Join(Container container, Span<char> room)
    {
        var length = 0;
        foreach (var words in (ReadOnlySpan<IReadOnlyList<PlacedText>>)[container.Command, container.Args])
        {
            for (var word = 0; word < words.Count; word++) Add(words[word].Text, ' ', room, ref length);
        }

        foreach (var variable in container.Environment)
        {
            if (variable.Value.Length == 0) continue;
            if (length > 0) room[length - 1] = '\n';
            Add(variable.Value, '\n', room, ref length);
        }

        return length;
    }

    static void Add(string text, char behind, Span<char> room, ref int length)
    {
        text.CopyTo(room[length..]);
        length += text.Length;
        room[length++] = behind;
    }
}
