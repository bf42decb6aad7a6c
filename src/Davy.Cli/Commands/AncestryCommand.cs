using System.CommandLine;
using Davy.Cli.Client;
using Davy.Cli.Output;
using Davy.Findings;
using Davy.Findings.Live;
using Davy.Google;
using Davy.Outbound;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary><c>davy ancestry export</c>: writes the ancestry file of an organisation, folder or project, from Google's APIs.</summary>
static class AncestryCommand
{
    const int RefusalsShown = 10;

    static readonly Option<string?> Output = new("--output", "-o") { Description = "Write to a file, which is replaced only once it is whole.", HelpName = "FILE" };

    static readonly Option<string> Contacts = new("--contacts")
    {
        Description = "Where security contacts are asked for; each node costs a call: everywhere, at organisation and folders, or nowhere.",
        DefaultValueFactory = _ => "all",
    };

    static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "No progress and no summary; what may not be read is told all the same." };

    static AncestryCommand() => Contacts.AcceptOnlyFromAmong("all", "folders", "none");

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where its words go.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="google">How Google is reached.</param>
    public static Command Create(Terminal terminal, TimeProvider clock, GoogleSettings google)
    {
        Command export = new("export", "Ask Google for the folders and projects of an organisation, their names and security contacts, and write the file that 'davy scan --ancestry' reads. Exit code 3 where something may not be read.")
        {
            NodeOptions.Organization, NodeOptions.Folder, NodeOptions.Project, Output, Contacts, NodeOptions.Credentials, Quiet,
        };
        export.SetAction(parsed =>
        {
            using Interruption interrupt = new();
            try
            {
                return RunAsync(parsed, terminal, clock, google, interrupt.Token).GetAwaiter().GetResult();
            }
            catch (Exception fault) when (fault is GoogleApiException or CredentialException or UnauthorizedAccessException)
            {
                throw new UsageException(TextSanitizer.Clean(fault.Message, 1_000));
            }
            catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
            {
                terminal.Error.WriteLine("davy: interrupted.");
                return ExitCode.Interrupted;
            }
        });
        HelpExamples.AddTo(export, terminal,
            "gcloud auth application-default login", "davy ancestry export --organization 123456789012 --output ancestry.json", "davy scan logs/ --ancestry ancestry.json",
            "davy ancestry export --project acme-prod --contacts none");

        Command command = new("ancestry", "Where projects stand: folders, organisation, security contacts.") { export };
        HelpExamples.AddTo(command, terminal, "davy ancestry export --organization 123456789012 --output ancestry.json");
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, TimeProvider clock, GoogleSettings settings, CancellationToken cancel)
    {
        var root = NodeOptions.NodeOf(parsed) ?? throw new UsageException("name one of --organization, --folder and --project.");
        using var credentials = NodeOptions.Find(parsed, settings, clock);
        using var http = OutboundGuard.Client(settings.Outbound);
        GoogleApi api = new(http, credentials, clock);
        using GoogleHierarchy hierarchy = new(() => api, settings.Endpoints);
        AncestryExport export = new(hierarchy, parsed.GetValue(Contacts) switch { "none" => ContactScope.None, "folders" => ContactScope.Folders, _ => ContactScope.All });

        var isQuiet = parsed.GetValue(Quiet);
        using (!isQuiet && terminal is { ErrorIsTerminal: true, IsAutomated: false } ? new ProgressBar(terminal.Error, clock, () => $"{export.Folders} folders, {export.Projects} projects") : null)
        {
            await export.RunAsync(root, cancel);
        }

        var nodes = export.Nodes;
        if (parsed.GetValue(Output) is { } file) AtomicFile.Write(file, stream => AncestryWriter.Write(nodes, stream));
        else
        {
            await using var output = terminal.OpenOut();
            AncestryWriter.Write(nodes, output);
        }

        foreach (var (what, why) in export.Refused.OrderBy(refusal => refusal.Key, StringComparer.Ordinal).Take(RefusalsShown))
        {
            terminal.Error.WriteLine($"davy: {TextSanitizer.Clean(what)} may not be read: {TextSanitizer.Clean(why, 1_000)}");
        }

        if (export.Refused.Count > RefusalsShown) terminal.Error.WriteLine($"davy: {export.Refused.Count - RefusalsShown} more may not be read.");
        if (!isQuiet)
        {
            var contacts = nodes.SelectMany(node => node.SecurityContacts).Distinct(StringComparer.OrdinalIgnoreCase).Count();
            terminal.Error.WriteLine($"davy: {nodes.Count(node => node.Kind == "organizations")} organisations, {export.Folders} folders, {export.Projects} projects, {contacts} security contacts.");
        }

        return export.Refused.Count > 0 ? ExitCode.InDoubt : ExitCode.Clean;
    }
}
