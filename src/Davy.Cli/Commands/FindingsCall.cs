using System.CommandLine;
using System.Text.Json;
using Davy.Cli.Client;
using Davy.Cli.Output;
using Davy.Findings;
using Davy.Images;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary>One run of a command of <c>davy findings</c>: what was said, and the server that it was said of.</summary>
/// <param name="parsed">The command line.</param>
/// <param name="terminal">Where its words go.</param>
/// <param name="settings">What the environment says.</param>
/// <param name="api">The server.</param>
sealed class FindingsCall(ParseResult parsed, Terminal terminal, ServerSettings settings, FindingsApi api)
{
    /// <summary>The command line.</summary>
    public ParseResult Parsed => parsed;

    /// <summary>Where its words go.</summary>
    public Terminal Terminal => terminal;

    /// <summary>The server.</summary>
    public FindingsApi Api => api;

    /// <summary>Makes a command: its options, its help, and what it does.</summary>
    /// <param name="command">The command, with its own options.</param>
    /// <param name="terminal">Where its words go.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="settings">What the environment says.</param>
    /// <param name="run">What it does; its exit code.</param>
    /// <param name="examples">Command lines that work.</param>
    public static Command Make(Command command, Terminal terminal, TimeProvider clock, ServerSettings settings, Func<FindingsCall, CancellationToken, Task<int>> run, params string[] examples)
    {
        foreach (var option in FindingsOptions.Everywhere) command.Options.Add(option);
        command.SetAction(parsed =>
        {
            using Interruption interrupt = new();
            try
            {
                using var client = ConnectionOptions.Connect(parsed, settings, clock);
                return run(new(parsed, terminal, settings, new(client)), interrupt.Token).GetAwaiter().GetResult();
            }
            catch (UnreadableFileException fault)
            {
                throw new UsageException(TextSanitizer.Clean(fault.Message, 1_000));
            }
            catch (UnauthorizedAccessException fault)
            {
                throw new UsageException(TextSanitizer.Clean(fault.Message, 1_000));
            }
            catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
            {
                terminal.Error.WriteLine("davy: interrupted.");
                return ExitCode.Interrupted;
            }
        });
        HelpExamples.AddTo(command, terminal, examples);
        return command;
    }

    /// <summary>The organisation, folder or project that is meant: <c>organizations/1</c>.</summary>
    /// <exception cref="UsageException">None is named, several are, or it is none.</exception>
    public string Node() => Split(Said()).Node;

    /// <summary>The source, or all sources, that is meant: <c>organizations/1/sources/-</c>.</summary>
    /// <exception cref="UsageException">None is named, or it is none.</exception>
    public string Sources()
    {
        var (node, source) = Split(Said());
        return $"{node}/sources/{parsed.GetValue(FindingsOptions.Source) ?? source}" is var parent && SourceName.TryParse(parent, out _) ? parent : throw new UsageException("--source: it is no id of a source; '-' means all.");
    }

    /// <summary>The finding that is meant.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public FindingName Finding() => Finding(parsed.GetRequiredValue(FindingsOptions.Finding));

    /// <summary>The finding that a text means.</summary>
    /// <param name="text">Its name, or its id beside an organisation, folder or project that is named.</param>
    /// <exception cref="UsageException">It is none.</exception>
    public FindingName Finding(string text)
    {
        if (FindingName.TryParse(text, out var name)) return name;
        if (text.Contains('/')) throw new UsageException($"'{TextSanitizer.Clean(text)}' is no name of a finding, as in organizations/123/sources/1815/locations/global/findings/ID.");

        var (node, source) = Split(Said());
        if (parsed.GetValue(FindingsOptions.Source) is { } said) source = said;
        return FindingName.TryParse($"{node}/sources/{(source == SourceName.All ? ReportOptions.Default.SourceId : source)}/findings/{text}", out name)
            ? name
            : throw new UsageException($"'{TextSanitizer.Clean(text)}' is no id of a finding, or '{TextSanitizer.Clean(source)}' none of a source.");
    }

    /// <summary>What is listed.</summary>
    public FindingsQuery Query() => new()
    {
        Parent = Sources(),
        Filter = parsed.GetValue(FindingsOptions.Filter) ?? "",
        PageSize = parsed.GetValue(FindingsOptions.PageSize),
        PageToken = parsed.GetValue(FindingsOptions.PageToken) ?? "",
        Limit = parsed.GetValue(FindingsOptions.Limit),
    };

    /// <summary>Writes pages as they come; says where a list that was cut goes on.</summary>
    /// <param name="pages">The pages.</param>
    /// <param name="usual">The usual columns.</param>
    /// <param name="none">What is said where there is nothing.</param>
    public async Task WriteAsync(IAsyncEnumerable<ResultPage> pages, IReadOnlyList<string> usual, string none)
    {
        var count = 0L;
        var next = "";
        await using var output = terminal.OpenOut();
        using ResultWriting writing = new(Format(), usual, output);
        await foreach (var page in pages)
        {
            writing.Write(page.Results);
            count += page.Results.Count;
            next = page.Next;
        }

        writing.End();
        if (next != "") terminal.Error.WriteLine($"davy: there are more; go on with --page-token {TextSanitizer.Clean(next, int.MaxValue)}");
        else if (count == 0 && Format().Name == "table") terminal.Error.WriteLine($"davy: {none}");
    }

    /// <summary>Writes one finding.</summary>
    /// <param name="result">The finding, in <c>finding</c>, and its resource.</param>
    public void Write(JsonElement result)
    {
        using var output = terminal.OpenOut();
        if (Format() is { Name: "table", Fields.Count: 0 })
        {
            using StreamWriter text = new(output, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
            FindingBlock.Write(result, text);
            return;
        }

        using ResultWriting writing = new(Format(), FindingsList.Columns, output);
        writing.WriteOne(result);
    }

    /// <summary>The order of <c>--sort-by</c>; null where none was said.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public SortOrder? Sort() => parsed.GetValue(FindingsOptions.SortBy) is { } text ? SortOrder.Parse(text) : null;

    /// <summary>Writes a finding that a method answered by itself, with what is known of its project; that is asked for, and left out where this caller may not see it.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task WriteFindingAsync(JsonElement finding, FindingName name, CancellationToken cancel)
    {
        JsonElement whole;
        try
        {
            whole = await api.FindAsync(name, cancel);
        }
        catch (ServerException)
        {
            // It was changed, whatever became of the question after it.
            WriteFinding(finding);
            return;
        }

        Write(whole);
    }

    void WriteFinding(JsonElement finding)
    {
        using MemoryStream wrapped = new();
        using (Utf8JsonWriter json = new(wrapped))
        {
            json.WriteStartObject();
            json.WritePropertyName("finding");
            ResultWriting.Write(json, finding);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(wrapped.ToArray(), new() { MaxDepth = 128 });
        Write(document.RootElement);
    }

    /// <summary>The format that was asked for.</summary>
    public ResultFormat Format() => ResultFormat.Parse(parsed.GetValue(FindingsOptions.Format)!, parsed.GetValue(FindingsOptions.Fields))
        ?? throw new UsageException("--fields is for table, csv and value; json, jsonl and yaml have all fields (--field-mask selects).");

    string Said()
    {
        var parent = parsed.CommandResult.Command.Arguments.Contains(FindingsOptions.Parent) ? parsed.GetValue(FindingsOptions.Parent) : null;
        List<string> all = [];
        if (parent is { Length: > 0 }) all.Add(parent.All(char.IsAsciiDigit) ? $"organizations/{parent}" : parent);
        Add("organizations", parsed.GetValue(FindingsOptions.Organization));
        Add("folders", parsed.GetValue(FindingsOptions.Folder));
        Add("projects", parsed.GetValue(FindingsOptions.Project));
        if (all.Count > 1) throw new UsageException("more than one of PARENT, --organization, --folder and --project is named; name one.");
        if (all.Count == 0 && settings.Parent != "") all.Add(settings.Parent);
        return all is [var only] ? only : throw new UsageException("whose findings? Name organizations/NUMBER, folders/NUMBER or projects/PROJECT, or set DAVY_PARENT.");

        void Add(string kind, string? id)
        {
            if (id is { Length: > 0 }) all.Add(id.StartsWith($"{kind}/", StringComparison.Ordinal) ? id : $"{kind}/{id}");
        }
    }

    static (string Node, string Source) Split(string said)
    {
        const string global = "/locations/global";
        var name = said.EndsWith(global, StringComparison.Ordinal) ? said[..^global.Length] : said;
        if (!name.Contains("/sources/", StringComparison.Ordinal)) name += $"/sources/{SourceName.All}";
        return SourceName.TryParse(name, out var source)
            ? (source.Node, source.SourceId)
            : throw new UsageException($"'{TextSanitizer.Clean(said)}' is no organizations/NUMBER, folders/NUMBER or projects/PROJECT.");
    }
}
