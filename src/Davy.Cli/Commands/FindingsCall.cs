using System.CommandLine;
using System.Text.Json;
using Davy.Cli.Client;
using Davy.Cli.Output;
using Davy.Findings;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary>One run of a command of <c>davy findings</c>: what was said, and the server that it was said of.</summary>
/// <param name="call">The run.</param>
sealed class FindingsCall(ServerCall call)
{
    /// <summary>The command line.</summary>
    public ParseResult Parsed => call.Parsed;

    /// <summary>Where its words go.</summary>
    public Terminal Terminal => call.Terminal;

    /// <summary>The server's findings.</summary>
    public FindingsApi Api { get; } = new(call.Client);

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
        return ServerCall.Make(command, terminal, clock, settings, (call, cancel) => run(new(call), cancel), examples);
    }

    /// <summary>The organisation, folder or project that is meant: <c>organizations/1</c>.</summary>
    /// <exception cref="UsageException">None is named, several are, or it is none.</exception>
    public string Node() => Split(Said()).Node;

    /// <summary>The source, or all sources, that is meant: <c>organizations/1/sources/-</c>.</summary>
    /// <exception cref="UsageException">None is named, or it is none.</exception>
    public string Sources()
    {
        var (node, source) = Split(Said());
        return $"{node}/sources/{Parsed.GetValue(FindingsOptions.Source) ?? source}" is var parent && SourceName.TryParse(parent, out _) ? parent : throw new UsageException("--source: it is no id of a source; '-' means all.");
    }

    /// <summary>The finding that is meant.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public FindingName Finding() => Finding(Parsed.GetRequiredValue(FindingsOptions.Finding));

    /// <summary>The finding that a text means.</summary>
    /// <param name="text">Its name, or its id beside an organisation, folder or project that is named.</param>
    /// <exception cref="UsageException">It is none.</exception>
    public FindingName Finding(string text)
    {
        if (FindingName.TryParse(text, out var name)) return name;
        if (text.Contains('/')) throw new UsageException($"'{TextSanitizer.Clean(text)}' is no name of a finding, as in organizations/123/sources/1815/locations/global/findings/ID.");

        var (node, source) = Split(Said());
        if (Parsed.GetValue(FindingsOptions.Source) is { } said) source = said;
        return FindingName.TryParse($"{node}/sources/{(source == SourceName.All ? ReportOptions.Default.SourceId : source)}/findings/{text}", out name)
            ? name
            : throw new UsageException($"'{TextSanitizer.Clean(text)}' is no id of a finding, or '{TextSanitizer.Clean(source)}' none of a source.");
    }

    /// <summary>What is listed.</summary>
    public FindingsQuery Query() => new()
    {
        Parent = Sources(),
        Filter = Parsed.GetValue(FindingsOptions.Filter) ?? "",
        PageSize = call.PageSize,
        PageToken = Parsed.GetValue(FindingsOptions.PageToken) ?? "",
        Limit = Parsed.GetValue(FindingsOptions.Limit),
    };

    /// <summary>Writes pages as they come; says where a list that was cut goes on.</summary>
    /// <param name="pages">The pages.</param>
    /// <param name="usual">The usual columns.</param>
    /// <param name="none">What is said where there is nothing.</param>
    public Task WriteAsync(IAsyncEnumerable<ResultPage> pages, IReadOnlyList<string> usual, string none) => call.WriteAsync(pages, usual, none);

    /// <summary>Writes one finding.</summary>
    /// <param name="result">The finding, in <c>finding</c>, and its resource.</param>
    public void Write(JsonElement result) => call.WriteOne(result, FindingsList.Columns, FindingBlock.Write);

    /// <summary>The format that was asked for.</summary>
    public ResultFormat Format() => call.Format();

    /// <summary>The order of <c>--sort-by</c>; null where none was said.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public SortOrder? Sort() => Parsed.GetValue(FindingsOptions.SortBy) is { } text ? SortOrder.Parse(text) : null;

    /// <summary>Writes a finding that a method answered by itself, with what is known of its project; that is asked for, and left out where this caller may not see it.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task WriteFindingAsync(JsonElement finding, FindingName name, CancellationToken cancel)
    {
        JsonElement whole;
        try
        {
            whole = await Api.FindAsync(name, cancel);
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

    string Said()
    {
        var parent = Parsed.CommandResult.Command.Arguments.Contains(FindingsOptions.Parent) ? Parsed.GetValue(FindingsOptions.Parent) : null;
        List<string> all = [];
        if (parent is { Length: > 0 }) all.Add(parent.All(char.IsAsciiDigit) ? $"organizations/{parent}" : parent);
        Add("organizations", Parsed.GetValue(FindingsOptions.Organization));
        Add("folders", Parsed.GetValue(FindingsOptions.Folder));
        Add("projects", Parsed.GetValue(FindingsOptions.Project));
        if (all.Count > 1) throw new UsageException("more than one of PARENT, --organization, --folder and --project is named; name one.");
        if (all.Count == 0 && call.Settings.Parent != "") all.Add(call.Settings.Parent);
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
