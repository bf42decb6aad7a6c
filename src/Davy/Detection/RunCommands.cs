using System.Collections.Frozen;
using Davy.CloudRun;

namespace Davy.Detection;

/// <summary>
/// All that a command line runs, as far as it can be read off: the program, and where that is a shell, everything in its script, and so on inwards.
/// Semicolons, bars and line feeds count only where a shell reads them.
/// </summary>
sealed class RunCommands
{
    /// <summary>How many shells within shells are followed.</summary>
    const int MaxDepth = 8;

    /// <summary>How much script is read in all, in characters: a script that runs itself twice would never end.</summary>
    const int MaxRead = 256 * 1024;

    static readonly FrozenSet<string> Shells = FrozenSet.Create("sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "rbash", "fish");

    static readonly FrozenSet<string> ShellOptionsWithValue = FrozenSet.Create("-o", "+o", "-O", "+O", "--rcfile", "--init-file");

    /// <summary>Programs that give the argument after <c>-c</c> to a shell.</summary>
    static readonly FrozenSet<string> ShellCallers = FrozenSet.Create("su", "runuser", "flock", "script", "sg");

    /// <summary>Programs that run or write what they are given, each in its own way; those of other languages and those that wrap a program come on top.</summary>
    static readonly FrozenSet<string> Runners = FrozenSet.Create([.. Shells, .. ShellCallers, "eval", ".", "source", "trap", "alias", "crontab", "env", "tee"]);

    readonly ShellVariables _variables;
    readonly List<Invocation> _invocations = [];

    /// <summary>What was written to files, by the file's name without folders.</summary>
    readonly Dictionary<string, List<ShellWord>> _files = [];

    int _read;

    RunCommands(IReadOnlyList<EnvironmentVariable> environment) => _variables = new(environment);

    /// <summary>The programs, each with the command that it is in.</summary>
    public IReadOnlyList<Invocation> Invocations => _invocations;

    /// <summary>Whether there was more than is followed.</summary>
    public bool IsCut { get; private set; }

    /// <summary>What a container runs.</summary>
    /// <param name="words">Its command and arguments.</param>
    /// <param name="hasCommand">Whether there is a command; where there is none, the image's entrypoint gets the arguments: it may run them, and it may be a shell.</param>
    /// <param name="environment">Its variables.</param>
    public static RunCommands OfContainer(IReadOnlyList<ShellWord> words, bool hasCommand, IReadOnlyList<EnvironmentVariable> environment)
    {
        var run = new RunCommands(environment);
        if (words.Count == 0) return run;

        if (!hasCommand && words[0].Value.StartsWith('-') && run.ScriptOf(words) is { } script) run.Read(script, 1);
        else run.Follow(CommandOf(words, hasCommand), 0);
        return run;
    }

    /// <summary>What a script runs.</summary>
    public static RunCommands OfScript(ShellWord script)
    {
        var run = new RunCommands([]);
        run.Read(script, 1);
        return run;
    }

    /// <summary>The name of the one program that a container runs, where its words show at a glance that it runs nothing else; what <see cref="OfContainer"/> then says, in short.</summary>
    /// <param name="container">The container.</param>
    /// <returns>Null where its words must be read.</returns>
    public static string? OnlyProgramOf(Container container)
    {
        var (command, args) = (container.Command, container.Args);
        var first = command.Count > 0 ? command[0].Text : args.Count > 0 ? args[0].Text : "";
        if (first.Contains(' ') || ShellCommand.IsAssignment(first) || Invocation.IsSchedule(first)) return null;

        // Arguments alone are given to an entrypoint that may be a shell: an option with a c may be followed by a script.
        if (command.Count == 0 && first.StartsWith('-') && args.Any(word => word.Text is ['-', not '-', ..] && word.Text.Contains('c'))) return null;

        var name = Invocation.NameIn(first);
        return Runners.Contains(name) || CodeCalls.IsInterpreter(name) || CommandWrapper.Of(name) is not null ? null : name;
    }

    static ShellCommand CommandOf(IReadOnlyList<ShellWord> words, bool hasCommand)
    {
        var command = new ShellCommand { IsOfEntrypoint = !hasCommand };
        command.Words.AddRange(words);
        return command;
    }

    void Read(ShellWord script, int depth)
    {
        _read += script.Value.Length + 1;
        if (depth > MaxDepth || _read > MaxRead)
        {
            IsCut = true;
            return;
        }

        foreach (var command in ShellReader.Read(script, _variables)) Follow(command, depth);
    }

    void Follow(ShellCommand command, int depth)
    {
        KeepWritten(command);
        foreach (var invocation in Invocation.Of(command))
        {
            _invocations.Add(invocation);
            foreach (var script in ScriptsOf(invocation)) Read(script, depth + 1);
        }
    }

    void KeepWritten(ShellCommand command)
    {
        var files = command.Words is [{ Value: "tee" }, .. var copies] ? command.Targets.Concat(copies) : command.Targets;
        foreach (var file in files)
        {
            if ((command.Output ?? command.Read) is not { } written) return;

            var name = Invocation.NameIn(file.Value);
            if (!_files.TryGetValue(name, out var texts)) _files[name] = texts = [];
            texts.Add(written);
        }
    }

    /// <summary>The scripts that a program is given to run.</summary>
    IEnumerable<ShellWord> ScriptsOf(Invocation run)
    {
        if (Shells.Contains(run.Name)) return ScriptOf(run.Arguments) is { } script ? [script] : ScriptsInFilesOf(run);
        if (ShellCallers.Contains(run.Name)) return After(run.Arguments, "-c", "--command");

        return run.Name switch
        {
            "eval" when run.Arguments.Count > 0 => [ShellWord.Joined(run.Arguments)],
            "." or "source" => [.. run.Arguments.Take(1).SelectMany(File)],
            "trap" => run.Arguments.Take(1),
            "alias" => run.Arguments.Where(word => ShellCommand.IsAssignment(word.Value)).Select(ValueOf),
            "crontab" when run.Command.Read is { } table => [table],
            "env" => After(run.Arguments, "-S", "--split-string"),
            _ when CodeCalls.IsInterpreter(run.Name) => After(run.Arguments, "-c", "-e", "-r", "--eval").SelectMany(code => CodeCalls.In(run.Name, code)),
            // A whole line in one word: an error that people make, and what watch and tmux are given.
            _ when run.Program.Value.Contains(' ') => [run.Program],
            _ => File(run.Program),
        };
    }

    /// <summary>The script in the arguments of a shell, and the parameters that it is given: <c>-euo pipefail -c 'script' name argument</c>.</summary>
    ShellWord? ScriptOf(IReadOnlyList<ShellWord> arguments)
    {
        var isNext = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i].Value;
            if (argument is not (['-', ..] or ['+', _, ..]))
            {
                if (!isNext) return null;
                SetParameters([.. arguments.Skip(i + 1).Select(word => word.Value)]);
                return arguments[i];
            }

            isNext |= argument is ['-', not '-', ..] && argument.Contains('c');
            if (ShellOptionsWithValue.Contains(argument) || argument is ['-', not '-', .., 'o']) i++;
        }

        return null;
    }

    void SetParameters(IReadOnlyList<string> parameters)
    {
        if (parameters.Count == 0) return;

        for (var i = 0; i < Math.Min(10, parameters.Count); i++) _variables.Set($"{i}", parameters[i]);
        var all = string.Join(' ', parameters.Skip(1));
        _variables.Set("@", all);
        _variables.Set("*", all);
    }

    /// <summary>The script that a shell reads from a file or its input; a file that nothing was seen to write is a program of that name.</summary>
    IEnumerable<ShellWord> ScriptsInFilesOf(Invocation shell)
    {
        var file = shell.Arguments.FirstOrDefault(word => !word.Value.StartsWith('-')) ?? shell.Command.Source;
        if (file is null) return shell.Command.Read is { } input ? [input] : [];

        if (File(file) is { Count: > 0 } scripts) return scripts;
        _invocations.Add(new(shell.Command, file, Invocation.NameIn(file.Value), []));
        return [];
    }

    IReadOnlyList<ShellWord> File(ShellWord path) => _files.TryGetValue(Invocation.NameIn(path.Value), out var texts) ? [.. texts] : [];

    static ShellWord ValueOf(ShellWord assignment)
    {
        var start = assignment.Value.IndexOf('=') + 1;
        return assignment.Slice(start, assignment.Value.Length - start);
    }

    static IEnumerable<ShellWord> After(IReadOnlyList<ShellWord> arguments, params string[] options) =>
        arguments.Zip(arguments.Skip(1)).Where(pair => options.Contains(pair.First.Value)).Take(1).Select(pair => pair.Second);
}
