using Davy.CloudRun;
using Davy.Detection;
using Davy.Images.Content;

namespace Davy.Inspection;

/// <summary>Which files an image starts when it starts: the program, what is given to it, and what the scripts among them run, and so on inwards.</summary>
/// <param name="view">The files.</param>
/// <param name="config">What the image runs.</param>
sealed class StartedFiles(MergedView view, ImageConfig config)
{
    const int MostFiles = 2_000;
    const int MostDepth = 6;
    const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    readonly string[] _folders = (config.Environment.FirstOrDefault(variable => variable.Name == "PATH").Value is { Length: > 0 } path ? path : DefaultPath).Split(':');
    readonly Dictionary<string, int> _started = new(StringComparer.Ordinal);
    readonly HashSet<string> _followed = new(StringComparer.Ordinal);

    /// <summary>The files, by their path once links are followed.</summary>
    public IReadOnlyCollection<string> Paths => _started.Keys;

    /// <summary>The scripts among them that were read, with their text.</summary>
    public Dictionary<string, string> Scripts { get; } = new(StringComparer.Ordinal);

    /// <summary>The scripts among them that have still to be read.</summary>
    public IReadOnlyList<string> Unread => [.. _started.Keys.Where(path => !_followed.Contains(path) && view.IsText(path))];

    /// <summary>Whether there were more than are followed.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Whether a file is started.</summary>
    public bool Has(string path) => _started.ContainsKey(path) || _started.ContainsKey(view.Resolve(path));

    /// <summary>Whether a file lies in the folder of one that is started.</summary>
    public bool IsBeside(string path) => _started.Keys.Any(started => started.Contains('/') && ImagePath.FolderOf(started) == ImagePath.FolderOf(path) && !view.IsText(started));

    /// <summary>Follows everything whose text is known.</summary>
    /// <param name="texts">Texts that were read since, by path.</param>
    public void Follow(IReadOnlyDictionary<string, byte[]> texts)
    {
        if (_started.Count == 0) Start(ConfigInspection.CommandOf(config), 0);
        for (var isNew = true; isNew;)
        {
            isNew = false;
            foreach (var (path, depth) in _started.ToList())
            {
                if (_followed.Contains(path) || (texts.GetValueOrDefault(path) ?? view.TextAt(path)) is not { } text) continue;

                isNew = true;
                _followed.Add(path);
                Scripts[path] = SearchedFile.TextOf(text);
                if (depth < MostDepth) Start(ContainerOf(path, Scripts[path]), depth + 1);
                else IsCut = true;
            }
        }
    }

    /// <summary>A script as a container that runs it, in the language that it names.</summary>
    public static Container ContainerOf(string path, string text)
    {
        var interpreter = InterpreterOf(path, text);
        return new() { Command = [new(interpreter, path), new(interpreter is "node" or "perl" or "ruby" ? "-e" : interpreter == "php" ? "-r" : "-c", path), new(text, path)] };
    }

    static string InterpreterOf(string path, string text)
    {
        var line = text.StartsWith("#!", StringComparison.Ordinal) ? text[..(text.IndexOf('\n') is > 0 and var end ? end : text.Length)] : "";
        foreach (var name in (string[])["python", "node", "perl", "ruby", "php"])
        {
            if (line.Contains(name, StringComparison.Ordinal)) return name;
        }

        return line.Length > 0 ? "sh" : path[(path.LastIndexOf('.') + 1)..] switch
        {
            "py" => "python",
            "js" or "mjs" or "cjs" => "node",
            "pl" => "perl",
            "rb" => "ruby",
            "php" => "php",
            _ => "sh",
        };
    }

    void Start(Container container, int depth)
    {
        List<ShellWord> words = [.. container.Command.Concat(container.Args).Select(word => ShellWord.At(0, word.Text))];
        if (words.Count == 0) return;

        var run = RunCommands.OfContainer(words, hasCommand: true, [.. config.Environment.Select(variable => new EnvironmentVariable(variable.Name, variable.Value, ""))]);
        IsCut |= run.IsCut;
        foreach (var invocation in run.Invocations)
        {
            Add(invocation.Program.Value, depth, isProgram: true);
            foreach (var argument in invocation.Arguments) Add(argument.Value, depth, isProgram: false);
        }

        // An entrypoint mostly ends with what it was given: exec "$@".
        if (depth == 0 && container.Args.Count > 0)
        {
            foreach (var (argument, i) in container.Args.Select((argument, i) => (argument.Text, i))) Add(argument, depth, isProgram: i == 0);
        }
    }

    void Add(string word, int depth, bool isProgram)
    {
        if (word.Length is 0 or > 1024 || word.Contains('\n')) return;
        if (word.StartsWith('-')) word = word[(word.IndexOf('=') + 1)..];

        var candidates = word.Contains('/') || !isProgram
            ? [ImagePath.Combine(config.WorkingFolder, word)]
            : _folders.Select(folder => ImagePath.Combine(folder, word)).Append(ImagePath.Combine(config.WorkingFolder, word));
        foreach (var candidate in candidates)
        {
            if (view.Find(candidate) is not { } path) continue;

            if (_started.Count >= MostFiles) IsCut = true;
            else _started.TryAdd(path, depth);
            return;
        }
    }
}
