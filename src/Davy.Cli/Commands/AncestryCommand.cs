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

    static readonly Option<string?> Organization = new("--organization") { Description = "The number of the organisation to walk.", HelpName = "NUMBER" };

    static readonly Option<string?> Folder = new("--folder") { Description = "The number of the folder to walk.", HelpName = "NUMBER" };

    static readonly Option<string?> Project = new("--project") { Description = "The id or number of the only project.", HelpName = "PROJECT" };

    static readonly Option<string?> Output = new("--output", "-o") { Description = "Write to a file, which is replaced only once it is whole.", HelpName = "FILE" };

    static readonly Option<string> Contacts = new("--contacts")
    {
        Description = "Where security contacts are asked for; each node costs a call: everywhere, at organisation and folders, or nowhere.",
        DefaultValueFactory = _ => "all",
    };

    static readonly Option<string?> Credentials = new("--google-credentials")
    {
        Description = "Credentials for Google: a file, or 'metadata' for the account that this machine runs as. Without it: GOOGLE_APPLICATION_CREDENTIALS, else gcloud's own.",
        HelpName = "FILE",
    };

    static AncestryCommand() => Contacts.AcceptOnlyFromAmong("all", "folders", "none");

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where its words go.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="google">How Google is reached.</param>
    public static Command Create(Terminal terminal, TimeProvider clock, GoogleSettings google)
    {
        Command export = new("export", "Ask Google for the folders and projects of an organisation, their names and security contacts, and write the file that 'davy scan --ancestry' reads. Exit code 3 where something may not be read.")
        {
            Organization, Folder, Project, Output, Contacts, Credentials, ScanOptions.Quiet,
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
        var root = Root(parsed);
        var given = parsed.GetValue(Credentials);
        using var credentials = GoogleCredentials.Find(given switch
        {
            null => settings.Credentials,
            "metadata" => settings.Credentials with { File = null, WellKnownFile = null, MetadataServer = true },
            _ => settings.Credentials with { File = given },
        }, settings.Outbound, clock);
        using var http = OutboundGuard.Client(settings.Outbound);
        GoogleApi api = new(http, credentials, clock);
        using GoogleHierarchy hierarchy = new(() => api, settings.Endpoints);
        AncestryExport export = new(hierarchy, parsed.GetValue(Contacts) switch { "none" => ContactScope.None, "folders" => ContactScope.Folders, _ => ContactScope.All });

        var isQuiet = parsed.GetValue(ScanOptions.Quiet);
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

    static string Root(ParseResult parsed)
    {
        List<string> all = [];
        Add("organizations", parsed.GetValue(Organization), "--organization must be the organisation's number.", isNumber: true);
        Add("folders", parsed.GetValue(Folder), "--folder must be the folder's number.", isNumber: true);
        Add("projects", parsed.GetValue(Project), "--project must be the project's id or number.", isNumber: false);
        return all is [var only] ? only : throw new UsageException("name one of --organization, --folder and --project.");

        void Add(string kind, string? id, string fault, bool isNumber)
        {
            if (id is null) return;
            var isGood = id.Length is > 0 and <= 100 && id.All(letter => isNumber ? char.IsAsciiDigit(letter) : char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '.' or ':');
            all.Add(isGood ? $"{kind}/{id}" : throw new UsageException(fault));
        }
    }
}
