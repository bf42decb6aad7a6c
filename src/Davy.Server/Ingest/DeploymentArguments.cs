using System.Collections;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Davy.Findings;
using Davy.Reports;
using Davy.Server.Hosting;

namespace Davy.Server.Ingest;

/// <summary><c>davyd deployments list|show</c>.</summary>
static class DeploymentArguments
{
    static readonly Option<string> Format = ListCommand.Format();

    static readonly Option<string> Project = new("--project") { Description = "Those of this project.", HelpName = "ID", DefaultValueFactory = _ => "" };

    static readonly Option<string> Resource = new("--resource") { Description = "Those of this resource: projects/P/locations/L/services/S.", HelpName = "NAME", DefaultValueFactory = _ => "" };

    static readonly Option<string> Principal = new("--principal") { Description = "Those of this principal.", HelpName = "EMAIL", DefaultValueFactory = _ => "" };

    static readonly Option<int> Limit = ListCommand.Limit("those kept last first");

    static readonly Argument<long> Id = new("ID") { Description = "The deployment's id, as the list shows it." };

    /// <summary>The commands.</summary>
    /// <param name="environment">The process's environment.</param>
    /// <param name="output">Where answers go.</param>
    /// <param name="clock">The clock.</param>
    public static Command Commands(IDictionary environment, StandardOutput output, TimeProvider clock)
    {
        Command list = new("list", "List what was deployed: when, where, which image, by whom, and how it was judged last.") { Project, Resource, Principal, Limit, Format };
        list.SetAction((parsed, cancel) => WithAsync(parsed, store => ListAsync(parsed, store, output, cancel), cancel));
        HelpExamples.AddTo(list, "davyd deployments list", "davyd deployments list --principal dev@example.com --format json");

        Command show = new("show", "Show a deployment, as JSON.") { Id };
        show.SetAction((parsed, cancel) => WithAsync(parsed, async store =>
        {
            var id = parsed.GetValue(Id);
            var found = await store.FindAsync(id, cancel) ?? throw new OptionException($"There is no deployment {id.ToString(CultureInfo.InvariantCulture)}; 'davyd deployments list' shows those that are remembered.");
            await output.Writer.WriteLineAsync(JsonSerializer.Serialize(DeploymentAnswer.Of(found), DeploymentJson.Default.DeploymentAnswer));
            return 0;
        }, cancel));
        HelpExamples.AddTo(show, "davyd deployments show 17");

        return new("deployments", "What was deployed to Cloud Run, as far as the watch remembers it. It is kept in the server's database, which these commands open themselves.") { list, show };

        Task<int> WithAsync(ParseResult parsed, Func<DeploymentStore, Task<int>> run, CancellationToken cancel) => ListCommand.WithAsync(parsed, environment, clock, database => run(new(database, clock)), cancel);
    }

    static async Task<int> ListAsync(ParseResult parsed, DeploymentStore store, StandardOutput output, CancellationToken cancel)
    {
        DeploymentQuery query = new() { Project = parsed.GetValue(Project)!, Resource = parsed.GetValue(Resource)!, Principal = parsed.GetValue(Principal)! };
        var all = await ListCommand.ReadAsync(parsed.GetValue(Limit), (before, size) => store.ListAsync(query, before, size, cancel), each => each.Key);
        if (parsed.GetValue(Format) == "json")
        {
            await output.Writer.WriteLineAsync(JsonSerializer.Serialize([.. all.Select(DeploymentAnswer.Of)], DeploymentJson.Default.DeploymentAnswerArray));
            return 0;
        }

        List<string[]> rows = [["ID", "TIME", "VERDICT", "RESOURCE", "BY", "IMAGES"]];
        rows.AddRange(all.Select(each => new[]
        {
            each.Key.ToString(CultureInfo.InvariantCulture), each.Deployment.Time, each.Verdict, TextSanitizer.Clean(each.Deployment.Resource.AdminName),
            each.Principal == "" ? "not told" : TextSanitizer.Clean(each.Principal), string.Join(", ", each.Deployment.Containers.Select(container => TextSanitizer.Clean(container.Ran == "" ? container.Image : container.Ran))),
        }));
        await TextTable.WriteAsync(output.Writer, rows);
        return 0;
    }
}
