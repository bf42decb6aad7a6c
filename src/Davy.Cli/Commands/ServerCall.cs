using System.CommandLine;
using System.Text.Json;
using Davy.Cli.Client;
using Davy.Cli.Output;
using Davy.Images;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary>One run of a command that asks a <c>davyd</c>.</summary>
/// <param name="parsed">The command line.</param>
/// <param name="terminal">Where its words go.</param>
/// <param name="client">The server.</param>
/// <param name="settings">What the environment and the files say.</param>
sealed class ServerCall(ParseResult parsed, Terminal terminal, ServerClient client, ServerSettings settings)
{
    /// <summary>The command line.</summary>
    public ParseResult Parsed => parsed;

    /// <summary>Where its words go.</summary>
    public Terminal Terminal => terminal;

    /// <summary>The server.</summary>
    public ServerClient Client => client;

    /// <summary>What the environment and the files say.</summary>
    public ServerSettings Settings => settings;

    /// <summary>How many the server is to send at a time.</summary>
    public int PageSize => settings.PageSize is { } size && parsed.GetResult(FindingsOptions.PageSize) is null or { Implicit: true } ? size : parsed.GetValue(FindingsOptions.PageSize);

    /// <summary>Makes a command: its help, and what it does with a server.</summary>
    /// <param name="command">The command, with its options.</param>
    /// <param name="terminal">Where its words go.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="settings">What the environment says.</param>
    /// <param name="run">What it does; its exit code.</param>
    /// <param name="examples">Command lines that work.</param>
    public static Command Make(Command command, Terminal terminal, TimeProvider clock, ServerSettings settings, Func<ServerCall, CancellationToken, Task<int>> run, params string[] examples)
    {
        command.SetAction(parsed =>
        {
            using Interruption interrupt = new();
            try
            {
                var all = settings.WithFiles();
                using var client = ConnectionOptions.Connect(parsed, all, clock);
                return run(new(parsed, terminal, client, all), interrupt.Token).GetAwaiter().GetResult();
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

    /// <summary>Writes one result; for people as a block.</summary>
    /// <param name="result">The result.</param>
    /// <param name="usual">The usual columns, where columns were asked for.</param>
    /// <param name="block">Writes the block.</param>
    public void WriteOne(JsonElement result, IReadOnlyList<string> usual, Action<JsonElement, TextWriter> block)
    {
        using var output = terminal.OpenOut();
        if (Format() is { Name: "table", Fields.Count: 0 })
        {
            using StreamWriter text = new(output, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
            block(result, text);
            return;
        }

        using ResultWriting writing = new(Format(), usual, output);
        writing.WriteOne(result);
    }

    /// <summary>The format that was asked for.</summary>
    /// <exception cref="UsageException">It has no columns, and some were named.</exception>
    public ResultFormat Format() => ResultFormat.Parse(settings.Format != "" && parsed.GetResult(FindingsOptions.Format) is null or { Implicit: true } ? settings.Format : parsed.GetValue(FindingsOptions.Format)!, parsed.GetValue(FindingsOptions.Fields))
        ?? throw new UsageException("--fields is for table, csv and value; json, jsonl and yaml have all fields (--field-mask selects).");
}
