using System.Buffers;

namespace Davy.Detection;

/// <summary>A program that a simple command runs, and what it is given.</summary>
/// <param name="Command">The command.</param>
/// <param name="Program">The word that names the program.</param>
/// <param name="Name">Its name without the folder.</param>
/// <param name="Arguments">What it is given.</param>
sealed record Invocation(ShellCommand Command, ShellWord Program, string Name, IReadOnlyList<ShellWord> Arguments)
{
    static readonly SearchValues<char> ScheduleCharacters = SearchValues.Create("*/,-0123456789");

    /// <summary>The programs of a command: the first, and where that runs another, that too: <c>sudo</c>, <c>nice</c> and <c>app</c> of <c>A=b sudo nice -n 5 app</c>.</summary>
    public static IEnumerable<Invocation> Of(ShellCommand command)
    {
        var words = command.Words;
        var start = words.FindIndex(word => !ShellCommand.IsAssignment(word.Value) && !IsSchedule(word.Value));
        while (start >= 0 && start < words.Count)
        {
            var invocation = new Invocation(command, words[start], NameIn(words[start].Value), words[(start + 1)..]);
            yield return invocation;
            if (CommandWrapper.Of(invocation.Name) is not { } wrapper) yield break;
            start = wrapper.ProgramAfter(words, start + 1);
        }
    }

    /// <summary>The folder in which it is, with its slash; empty where none is named.</summary>
    public string Folder => Program.Value[..^Name.Length];

    /// <summary>Where in the text the name stands.</summary>
    public (int Start, int End) Range =>
        Name.Length == 0 ? (0, 0) : (Program.PositionOf(Program.Value.Length - Name.Length), Program.PositionOf(Program.Value.Length - 1) + 1);

    /// <summary>Whether a word says when a line of a crontab is run.</summary>
    public static bool IsSchedule(string word) => word.Length > 0 && (word[0] == '@' || !word.AsSpan().ContainsAnyExcept(ScheduleCharacters));

    /// <summary>The name of a program without its folder.</summary>
    public static string NameIn(string path) => path[(path.LastIndexOf('/') + 1)..];
}
