using System.CommandLine;
using Davy.Cli.Client;
using Davy.Cli.Commands;
using Davy.Cli.Output;
using Davy.Reports;

namespace Davy.Cli;

/// <summary>The program <c>davy</c>: the list of its commands.</summary>
static class Program
{
    static int Main(string[] arguments) => Run(arguments, Terminal.OfProcess(), TimeProvider.System, ServerSettings.OfProcess(), GoogleSettings.OfProcess(), ResponseSettings.OfProcess());

    /// <summary>Runs the program.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="terminal">Where its words go.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="settings">What the environment says of servers; null for nothing.</param>
    /// <param name="google">How Google is reached; null for no credentials.</param>
    /// <param name="responses">Where the files of responses are; null for nowhere.</param>
    /// <returns>The exit code.</returns>
    internal static int Run(string[] arguments, Terminal terminal, TimeProvider clock, ServerSettings? settings = null, GoogleSettings? google = null, ResponseSettings? responses = null)
    {
        RootCommand root = new("Davy tells you that there are miners in your cloud: it reads Cloud Audit Logs and reports every Cloud Run resource that was given a mining image.")
        {
            ScanCommand.Create(terminal, clock, settings ?? ServerSettings.None, google ?? new()),
            FindingsCommand.Create(terminal, clock, settings ?? ServerSettings.None),
            DeploymentsCommand.Create(terminal, clock, settings ?? ServerSettings.None),
            ImageCommand.Create(terminal, clock),
            IndicatorsCommand.Create(terminal),
            RespondCommand.Create(terminal, clock, settings ?? ServerSettings.None, google ?? new(), responses ?? new()),
            AncestryCommand.Create(terminal, clock, google ?? new()),
            ConfigCommand.Create(terminal, settings ?? ServerSettings.None),
            CompletionCommand.Create(terminal),
            VersionCommand.Create(terminal),
        };
        HelpExamples.AddTo(root, terminal, "davy scan --project acme-prod", "davy scan logs/", "gcloud logging read 'protoPayload.serviceName=\"run.googleapis.com\"' --freshness=400d --format=json | davy scan -");

        try
        {
            var parsed = root.Parse(arguments);
            if (parsed.Errors.Count > 0)
            {
                foreach (var fault in parsed.Errors) terminal.Error.WriteLine($"davy: {Shown(fault.Message)}");
                terminal.Error.WriteLine($"davy: try '{HelpExamples.NameOf(parsed.CommandResult.Command)} --help'.");
                return ExitCode.Failed;
            }

            return parsed.Invoke(new() { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false });
        }
        catch (Exception fault) when (fault is UsageException or ServerException)
        {
            return TryTell(terminal, $"davy: {fault.Message}");
        }
        catch (IOException fault)
        {
            // Standard output is full or closed; standard error may be the same.
            return TryTell(terminal, $"davy: {TextSanitizer.Clean(fault.Message)}");
        }
    }

    /// <summary>The parser's words quote what was typed, or what a script put there.</summary>
    static string Shown(string message) => string.Join("\n  ", message.Split('\n', StringSplitOptions.TrimEntries).Select(line => TextSanitizer.Clean(line)));

    static int TryTell(Terminal terminal, string text)
    {
        try
        {
            terminal.Error.WriteLine(text);
        }
        catch (IOException)
        {
        }

        return ExitCode.Failed;
    }
}
