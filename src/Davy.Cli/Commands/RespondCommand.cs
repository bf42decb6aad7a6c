using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Cli.Client;
using Davy.Cli.Output;
using Davy.Detection;
using Davy.Reports;
using Davy.Responses;

namespace Davy.Cli.Commands;

/// <summary><c>davy respond …</c>: plans first, then does what was planned, and keeps a record of it.</summary>
static class RespondCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where its words go.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="server">What the environment says of davyd.</param>
    /// <param name="google">How Google is reached.</param>
    /// <param name="settings">Where files are.</param>
    public static Command Create(Terminal terminal, TimeProvider clock, ServerSettings server, GoogleSettings google, ResponseSettings settings)
    {
        Command command = new("respond", "Do something about a service, job or worker pool that was given a miner: a plan first, then that plan and nothing else, with your own credentials and a record.")
        {
            Plan(terminal, clock, server, google, settings), Apply(terminal, clock, server, google, settings), Undo(terminal, clock, server, google, settings), RespondHistory.Create(terminal, clock, server, settings),
        };
        HelpExamples.AddTo(command, terminal, "davy respond plan --resource projects/acme-prod/locations/us-central1/services/shop", "davy respond history");
        return command;
    }

    static Command Plan(Terminal terminal, TimeProvider clock, ServerSettings server, GoogleSettings google, ResponseSettings settings)
    {
        Command command = new("plan", "Say what runs, what is good, what could be done and what that would cost; change nothing. Exit code 1 where something listed is there, 3 where that could not be told.")
        {
            RespondOptions.Finding, RespondOptions.Resource, FindingsOptions.Organization, FindingsOptions.Folder, FindingsOptions.Project, FindingsOptions.Source, RespondOptions.Action, RespondOptions.Image, RespondOptions.Revision, RespondOptions.Ingress, RespondOptions.Output, RespondOptions.Format, RespondOptions.Records,
        };
        foreach (var option in InspectOptions.All) command.Options.Add(option);
        return RespondCall.Make(command, terminal, clock, server, google, settings, PlanAsync,
            "davy respond plan organizations/123/sources/1815/locations/global/findings/0123456789abcdef0123456789abcdef --server https://davy.example.com",
            "davy respond plan --resource projects/acme-prod/locations/us-central1/services/shop",
            "davy respond plan --resource projects/acme-prod/locations/us-central1/services/shop --action replace --output plan.json",
            "davy respond plan --resource projects/acme-prod/locations/us-central1/services/shop --inspect --action replace --output plan.json",
            "davy scan logs/ --format scc | davy respond plan - --project acme-prod --output set.json");
    }

    static async Task<int> PlanAsync(RespondCall call, CancellationToken cancel)
    {
        var parsed = call.Parsed;
        if (parsed.GetValue(RespondOptions.Finding) == "-") return await RespondSet.PlanAsync(call, cancel);
        var said = parsed.GetValue(RespondOptions.Resource);
        var finding = parsed.GetValue(RespondOptions.Finding) is { } text ? await call.FindingAsync(text, cancel) : null;
        if (said is null && finding is null) throw new UsageException("about what? Name a finding, or say --resource projects/P/locations/L/services/S.");
        var resource = said is null
            ? finding!.Resource ?? throw new UsageException(finding.WhyNone != "" ? $"{finding.WhyNone}." : "the finding does not say which service, job or worker pool of which region it is about; say --resource too.")
            : WorkloadName.Parse(said) ?? throw new UsageException($"'{TextSanitizer.Clean(said)}' is no projects/P/locations/L/services/S, nor …/jobs/J or …/workerPools/W.");
        if (parsed.GetValue(RespondOptions.Action) is not null && finding is not null) RespondFinding.Check(finding, resource);
        var workload = await call.Reader.ReadAsync(resource, cancel) ?? throw new UsageException($"{resource.AdminName} is not there.");
        var inspections = await RespondInspection.OfAsync(call, workload, cancel);
        ResponseContext context = new(workload, new() { Inspections = inspections, Image = parsed.GetValue(RespondOptions.Image), Revision = parsed.GetValue(RespondOptions.Revision), NoIngress = parsed.GetValue(RespondOptions.Ingress) == "none" }, call.Reader);

        ResponsePlan? plan = null;
        if (parsed.GetValue(RespondOptions.Action) is { } action)
        {
            var response = ResponseList.Find(action)!;
            if (response.WhyNot(context) is { } whyNot) throw new UsageException($"{action} cannot be done: {TextSanitizer.Clean(whyNot, 1_000)}.");
            plan = ResponsePlan.Make(response, context, call.Clock.GetUtcNow(), call.Who, finding?.Name?.ToString() ?? "");
        }
        else if (parsed.GetValue(RespondOptions.Output) is not null)
        {
            throw new UsageException("--output is for a plan: say --action too.");
        }

        var elsewhere = await RespondElsewhere.FindAsync(call, finding?.Name?.Node ?? call.Node($"projects/{resource.Project}"), [workload], cancel);
        var schedules = await RespondSchedules.FindAsync(call, resource, cancel);
        JsonObject around = new() { ["elsewhere"] = RespondElsewhere.Json(elsewhere) };
        if (schedules is not null) around["schedules"] = schedules.Json();
        var json = Encoding.UTF8.GetBytes((plan?.ToJson(context, around) ?? OverviewJson.Of(context, around)).ToJsonString());
        if (plan is not null && parsed.GetValue(RespondOptions.Output) is { } file) AtomicFile.Write(file, stream => stream.Write([.. json, (byte)'\n']));
        if (parsed.GetValue(RespondOptions.Format) == "json")
        {
            await using var output = call.Terminal.OpenOut();
            output.Write([.. json, (byte)'\n']);
        }
        else
        {
            if (finding is not null) RespondFinding.Write(finding, resource, call.Terminal.Out);
            PlanText.WriteOverview(context, call.Clock.GetUtcNow(), call.Terminal.Out);
            if (plan is not null) PlanText.WriteSteps(plan, context, call.Terminal.Out);
            PlanText.WriteSurroundings([workload], call.Terminal.Out);
            schedules?.Write(resource, call.Terminal.Out);
            RespondElsewhere.Write(call, elsewhere);
        }

        if (plan is not null && parsed.GetValue(RespondOptions.Output) is { } path) call.Terminal.Error.WriteLine($"davy: the plan is in {TextSanitizer.Clean(path)}. Nothing is changed until 'davy respond apply'.");
        if (workload.Parts.Any(part => part.IsListed)) return ExitCode.Found;
        return !workload.PartsKnown || workload.Parts.Any(part => part.IsUndecided) ? ExitCode.InDoubt : ExitCode.Clean;
    }

    static Command Apply(Terminal terminal, TimeProvider clock, ServerSettings server, GoogleSettings google, ResponseSettings settings)
    {
        Command command = new("apply", "Do what a plan says, if every guard lets it, and read back what came of it. Exit code 0 where that is what was planned, 2 where nothing was changed or it was stopped, 3 where it is not known.")
        {
            RespondOptions.Plan,
        };
        foreach (var option in RespondOptions.Changing.Append(RespondOptions.SaveImage).Concat(RespondOptions.Registries)) command.Options.Add(option);
        return RespondCall.Make(command, terminal, clock, server, google, settings, async (call, cancel) =>
        {
            var (set, plan) = ResponsePlanSet.Read(call.Parsed.GetRequiredValue(RespondOptions.Plan));
            if (plan is null) return await RespondSet.ApplyAsync(call, set!, cancel);
            var order = call.Order(plan.Confirmation);
            using var journal = await call.JournalAsync(cancel);
            var finding = plan.Finding == "" ? null : await call.FindingAsync(plan.Finding, cancel);
            if (finding is not null) RespondFinding.Check(finding, plan.Resource);
            ResponseRun run = new(call.Reader, journal, clock) { Evidence = RespondEvidence.Of(call, plan, finding) };
            return await TellAsync(call, journal, await run.ApplyAsync(plan, order, cancel), cancel);
        },
            "davy respond apply plan.json --confirm shop --reason 'Mining since Tuesday, see ticket 4711.'",
            "davy respond apply set.json --confirm acme-prod:3 --reason 'Mining since Tuesday, see ticket 4711.'");
    }

    static Command Undo(Terminal terminal, TimeProvider clock, ServerSettings server, GoogleSettings google, ResponseSettings settings)
    {
        Command command = new("undo", "Give back what a response took, as far as it can be, if nobody changed anything since.") { RespondOptions.Record };
        foreach (var option in RespondOptions.Changing) command.Options.Add(option);
        return RespondCall.Make(command, terminal, clock, server, google, settings, async (call, cancel) =>
        {
            // Whether there is such a record is told before anybody is asked for credentials.
            var id = call.Parsed.GetRequiredValue(RespondOptions.Record);
            var reading = ResponseJournal.Read(RespondCall.Records(call.Parsed, settings));
            var record = ResponseRecord.Of(reading.Entries).FirstOrDefault(each => each.Id == id) ?? throw new UsageException("there is no record of this id; see 'davy respond history'.");
            using var journal = await call.JournalAsync(cancel);
            return await TellAsync(call, journal, await new ResponseRun(call.Reader, journal, clock).UndoAsync(id, call.Order(record.Resource.Name), cancel), cancel);
        },
            "davy respond undo 20261124T171200Z-0a1b2c3d --confirm shop --reason 'It was an exercise.'");
    }

    /// <summary>Says how a response ended, and marks its finding.</summary>
    /// <param name="call">The run of the command.</param>
    /// <param name="journal">The record.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> TellAsync(RespondCall call, ResponseJournal journal, ResponseOutcome outcome, CancellationToken cancel)
    {
        var record = ResponseRecord.Of(journal.Entries).First(each => each.Id == outcome.Record);
        var output = call.Terminal.Out;
        output.WriteLine($"Record {record.Id}: {record.Action} of {record.Resource.AdminName}: {outcome.Result}.");
        foreach (var (what, done) in record.Steps) output.WriteLine($"  {done}: {TextSanitizer.Clean(what, 500)}");
        if (outcome.Why != "") output.WriteLine($"  {TextSanitizer.Clean(outcome.Why, 1_000)}");
        foreach (var part in outcome.After?.Listed ?? [])
        {
            var what = part.Verdicts.OfType<Verdict.Malicious>().First().Match.Indicator;
            output.WriteLine($"  Still there: {TextSanitizer.Clean(what)} in {(part.Kind is PartKind.Template ? "the template, so that the next start or deployment brings it back" : TextSanitizer.Clean(part.Name))}.");
        }

        RespondCall.WriteDifference(outcome.Difference, output);
        await RespondFinding.MarkAsync(call, record, cancel);
        return outcome.Result switch { "verified" => ExitCode.Clean, "stopped" => ExitCode.Failed, _ => ExitCode.InDoubt };
    }
}
