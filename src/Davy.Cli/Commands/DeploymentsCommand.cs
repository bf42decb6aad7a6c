using System.CommandLine;
using System.Globalization;
using Davy.Cli.Client;
using Davy.Cli.Output;

namespace Davy.Cli.Commands;

/// <summary><c>davy deployments list|show</c>: what was deployed, as far as a server's watch remembers it (docs/api.md, <c>/davy/v1/deployments</c>).</summary>
static class DeploymentsCommand
{
    const string Path = "/davy/v1/deployments";

    static readonly string[] Columns = ["id", "time", "verdict", "resource", "by=principal", "image=containers.image", "ran=containers.ran"];

    static readonly Argument<long> Id = new("ID") { Description = "The deployment's id, as the list shows it." };

    static readonly Option<string> Project = new("--project") { Description = "Those of this project.", HelpName = "ID", DefaultValueFactory = _ => "" };

    static readonly Option<string> Resource = new("--resource") { Description = "Those of this resource: projects/P/locations/L/services/S.", HelpName = "NAME", DefaultValueFactory = _ => "" };

    static readonly Option<string> Principal = new("--principal") { Description = "Those of this principal.", HelpName = "EMAIL", DefaultValueFactory = _ => "" };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where its words go.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="settings">What the environment says of servers.</param>
    public static Command Create(Terminal terminal, TimeProvider clock, ServerSettings settings)
    {
        Command command = new("deployments", "Look at what was deployed to Cloud Run, as far as davyd remembers it. The server is named by --server or DAVY_SERVER, who asks by DAVY_TOKEN or --token-file.")
        {
            List(terminal, clock, settings),
            Show(terminal, clock, settings),
        };
        HelpExamples.AddTo(command, terminal, "export DAVY_SERVER=http://127.0.0.1:8080", "davy deployments list --project acme-prod", "davy deployments show 17");
        return command;
    }

    static Command List(Terminal terminal, TimeProvider clock, ServerSettings settings)
    {
        Command command = new("list", "List what was deployed, what was kept last first: when, where, which image, by whom, and how it was judged last.")
        {
            Project, Resource, Principal, FindingsOptions.PageSize, FindingsOptions.PageToken, FindingsOptions.Limit,
        };
        return Make(command, terminal, clock, settings, async (call, cancel) =>
        {
            var pages = ResultPage.ReadAsync(call.Parsed.GetValue(FindingsOptions.Limit), call.PageSize, call.Parsed.GetValue(FindingsOptions.PageToken)!, "deployments", (size, token) =>
                call.Client.GetAsync(ServerPath.Of(Path, ("project", Said(Project)), ("resource", Said(Resource)), ("principal", Said(Principal)), ("pageSize", size), ("pageToken", token)), "viewer", cancel), cancel);
            await call.WriteAsync(pages, Columns, Said(Project) + Said(Resource) + Said(Principal) == "" ? "no deployment is remembered." : "no such deployment is remembered.");
            return ExitCode.Clean;

            string Said(Option<string> option) => call.Parsed.GetValue(option)!;
        },
            "davy deployments list --limit 20",
            "davy deployments list --resource projects/acme-prod/locations/us-central1/services/web",
            "davy deployments list --principal dev@example.com --format 'csv(time,resource,containers.image,verdict)'");
    }

    static Command Show(Terminal terminal, TimeProvider clock, ServerSettings settings) =>
        Make(new("show", "Show all that is remembered of one deployment.") { Id }, terminal, clock, settings, async (call, cancel) =>
        {
            call.WriteOne(await call.Client.GetAsync($"{Path}/{call.Parsed.GetValue(Id).ToString(CultureInfo.InvariantCulture)}", "viewer", cancel), Columns, DeploymentBlock.Write);
            return ExitCode.Clean;
        },
            "davy deployments show 17",
            "davy deployments show 17 --format json");

    static Command Make(Command command, Terminal terminal, TimeProvider clock, ServerSettings settings, Func<ServerCall, CancellationToken, Task<int>> run, params string[] examples)
    {
        foreach (var option in FindingsOptions.Answers) command.Options.Add(option);
        command.Options.Add(ConnectionOptions.Server);
        foreach (var option in ConnectionOptions.Secrets) command.Options.Add(option);
        return ServerCall.Make(command, terminal, clock, settings, run, examples);
    }
}
