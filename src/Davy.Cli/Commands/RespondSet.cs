using System.Text;
using Davy.Cli.Client;
using Davy.Cli.Output;
using Davy.CloudRun;
using Davy.Google;
using Davy.Reports;
using Davy.Responses;

namespace Davy.Cli.Commands;

/// <summary><c>davy respond plan -</c> and the <c>apply</c> of what it wrote: an incident's workloads, reviewed as one.</summary>
static class RespondSet
{
    const int MostAsked = 20;

    /// <summary>Plans for all workloads that findings on standard input name.</summary>
    /// <param name="call">The run of the command.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> PlanAsync(RespondCall call, CancellationToken cancel)
    {
        var parsed = call.Parsed;
        if (parsed.GetValue(RespondOptions.Resource) is not null || parsed.GetValue(RespondOptions.Image) is not null || parsed.GetValue(RespondOptions.Revision) is not null || call.Inspection is not null) throw new UsageException("--resource, --image, --revision and --inspect are for one workload; leave them out with '-'.");

        await using var input = call.Terminal.OpenIn();
        var findings = await ReportedFindings.ReadAsync(input, cancel);
        if (findings.Count == 0) throw new UsageException("there are no findings on standard input; give it what 'davy scan --format scc' or 'davy findings list --format json' writes.");
        if (!call.HasServer && findings.FirstOrDefault(finding => finding.IsKept) is { } kept) throw new UsageException($"{kept.Place} is a finding that a davyd keeps, which is asked whether it is still open: say --server URL, or set DAVY_SERVER.");

        var (project, groups, nameless) = Grouped(findings, parsed.GetValue(FindingsOptions.Project));
        List<PlannedWorkload> workloads = [];
        foreach (var group in groups) workloads.Add(await PlanAsync(call, group.Key, [.. group], workloads, cancel));
        workloads.AddRange(nameless);

        var now = call.Clock.GetUtcNow();
        var planned = workloads.Count(each => each.Plan is not null);
        List<Workload> read = [.. workloads.Where(each => each.Context is not null).Select(each => each.Context!.Workload)];
        var elsewhere = await RespondElsewhere.FindAsync(call, findings.FirstOrDefault(finding => finding.Name is not null)?.Name?.Node ?? $"projects/{project}", read, cancel);
        var json = Encoding.UTF8.GetBytes(ResponsePlanSet.ToJson(project, workloads, now, new() { ["elsewhere"] = RespondElsewhere.Json(elsewhere) }).ToJsonString());
        var file = parsed.GetValue(RespondOptions.Output);
        if (file is not null && planned > 0) AtomicFile.Write(file, stream => stream.Write([.. json, (byte)'\n']));
        if (parsed.GetValue(RespondOptions.Format) == "json")
        {
            await using var output = call.Terminal.OpenOut();
            output.Write([.. json, (byte)'\n']);
        }
        else
        {
            PlanSetText.Write(project, workloads, call.Terminal.Out);
            PlanText.WriteSurroundings(read, call.Terminal.Out);
            RespondElsewhere.Write(call, elsewhere);
        }

        if (file is not null) call.Terminal.Error.WriteLine(planned > 0 ? $"davy: the set of plans is in {TextSanitizer.Clean(file)}. Nothing is changed until 'davy respond apply'." : "davy: nothing is planned, and no file was written.");
        if (workloads.Exists(each => each.Context?.Workload.HasListed == true)) return ExitCode.Found;
        return workloads.Exists(each => each.Context is null || !each.Context.Workload.PartsKnown || each.Context.Workload.Parts.Any(part => part.IsUndecided)) ? ExitCode.InDoubt : ExitCode.Clean;
    }

    /// <summary>Carries out a set: each plan by itself, until it is not known what came of one.</summary>
    /// <param name="call">The run of the command.</param>
    /// <param name="set">The set.</param>
    /// <param name="cancel">Stops before the next step.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> ApplyAsync(RespondCall call, ResponsePlanSet set, CancellationToken cancel)
    {
        var order = call.Order(set.Confirmation);
        order.Check(set);
        using var journal = await call.JournalAsync(cancel);
        var output = call.Terminal.Out;
        List<int> codes = [];
        foreach (var plan in set.Members)
        {
            var lines = journal.Entries.Count;
            try
            {
                var finding = await CheckedFindingAsync(call, plan, cancel);
                ResponseRun run = new(call.Reader, journal, call.Clock) { Evidence = RespondEvidence.Of(call, plan, finding) };
                codes.Add(await RespondCommand.TellAsync(call, journal, await run.ApplyAsync(plan, order, cancel), cancel));
            }
            catch (GuardException fault)
            {
                output.WriteLine($"Not changed: {plan.Resource.AdminName}. The guard '{fault.Guard}' holds: {TextSanitizer.Clean(fault.Message, 1_000)}");
                RespondCall.WriteDifference(fault.Difference, output);
                codes.Add(ExitCode.Failed);
            }
            catch (GoogleApiException fault)
            {
                // Without a line in the record nothing was begun; with one, the next start asks what came of it.
                var isBegun = journal.Entries.Count > lines;
                output.WriteLine($"{(isBegun ? "Not known" : "Not changed")}: {plan.Resource.AdminName}. {TextSanitizer.Clean(fault.Message, 1_000)}");
                codes.Add(isBegun ? ExitCode.InDoubt : ExitCode.Failed);
            }

            // What has no end is not known; nothing more is sent to a service of which that is so.
            if (ResponseRecord.Of(journal.Entries).Any(record => record.Result == "")) break;
        }

        foreach (var plan in set.Members.Skip(codes.Count)) output.WriteLine($"Not begun: {plan.Resource.AdminName}. It is not known what came of the one before.");
        output.WriteLine($"Of {set.Members.Count} plans {codes.Count(code => code == ExitCode.Clean)} are done and verified.");
        return codes.Contains(ExitCode.InDoubt) ? ExitCode.InDoubt : codes.Contains(ExitCode.Failed) ? ExitCode.Failed : ExitCode.Clean;
    }

    /// <summary>The workloads of the one project, in the order in which they are named, each once.</summary>
    static (string Project, List<IGrouping<CloudRunResource, ReportedFinding>> Groups, IEnumerable<PlannedWorkload> Nameless) Grouped(IReadOnlyList<ReportedFinding> findings, string? only)
    {
        var groups = findings.Where(finding => finding.Resource is not null && (only is null || finding.Resource.Project == only)).GroupBy(finding => finding.Resource!).ToList();
        var projects = groups.GroupBy(group => group.Key.Project, StringComparer.Ordinal).OrderBy(each => each.Key, StringComparer.Ordinal).ToList();
        if (projects.Count == 0) throw new UsageException(only is null ? "no finding says which service, job or worker pool of which region it is about." : $"no finding is about a service, job or worker pool of the project {TextSanitizer.Clean(only)}.");
        if (projects.Count > 1) throw new UsageException($"the findings are of {projects.Count} projects ({string.Join(", ", projects.Take(10).Select(each => $"{each.Key}: {each.Count()}"))}{(projects.Count > 10 ? ", …" : "")}); a set is of one: say --project PROJECT. Nothing was planned.");
        if (groups.Count > ResponsePlanSet.MostMembers) throw new UsageException($"the findings name {groups.Count} workloads, and a set has at most {ResponsePlanSet.MostMembers}: split them. Nothing was planned.");

        var instances = findings.Where(finding => finding.Resource is null && finding.WhyNone != "").Select(finding => new PlannedWorkload { About = "a single instance", Places = [finding.Place], WhyNot = finding.WhyNone });
        var nameless = findings.Where(finding => finding.Resource is null && finding.WhyNone == "").ToList();
        return (projects[0].Key, groups, nameless.Count == 0 ? instances :
            [.. instances, new() { About = $"{nameless.Count} {(nameless.Count == 1 ? "finding" : "findings")} without a workload", Places = [.. nameless.Select(finding => finding.Place)], WhyNot = "it is not said which service, job or worker pool of which region they are about; plan with --resource" }]);
    }

    static async Task<PlannedWorkload> PlanAsync(RespondCall call, CloudRunResource resource, List<ReportedFinding> findings, List<PlannedWorkload> before, CancellationToken cancel)
    {
        List<string> places = [.. findings.Select(finding => finding.Place)];
        var (finding, whyNot) = await OpenAsync(call, resource, findings, cancel);
        if (whyNot != "") return PlannedWorkload.None(resource, places, whyNot);
        try
        {
            if (await call.Reader.ReadAsync(resource, cancel) is not { } workload) return PlannedWorkload.None(resource, places, "it is not there");
            if (workload.Uid != "" && before.Find(each => each.Context?.Workload.Uid == workload.Uid) is { } same) return PlannedWorkload.None(resource, places, $"it is {same.About} under another name");

            ResponseContext context = new(workload, new() { NoIngress = call.Parsed.GetValue(RespondOptions.Ingress) == "none" }, call.Reader);
            return PlannedWorkload.Of(context, places, call.Parsed.GetValue(RespondOptions.Action), call.Clock.GetUtcNow(), call.Who, finding);
        }
        catch (GoogleApiException fault)
        {
            return PlannedWorkload.None(resource, places, $"it could not be read: {fault.Message.TrimEnd('.')}");
        }
    }

    /// <summary>The first finding that would let something be done: as davyd tells it now, or, without one, as it was told.</summary>
    static async Task<(string Finding, string WhyNot)> OpenAsync(RespondCall call, CloudRunResource resource, List<ReportedFinding> findings, CancellationToken cancel)
    {
        var whyNot = "";
        foreach (var told in findings.Take(call.HasServer ? MostAsked : findings.Count))
        {
            var finding = told;
            if (call.HasServer)
            {
                if (told.Name is null)
                {
                    Because("its findings have no names by which davyd could be asked for them");
                    continue;
                }

                try
                {
                    finding = await call.FindingAsync(told.Name.Value.ToString(), cancel);
                }
                catch (ServerException fault) when (fault.Status == 404)
                {
                    Because("davyd does not keep its finding: send it with 'davy scan --to', or plan without a davyd (--server '')");
                    continue;
                }
            }

            if (finding.Holding(resource) is not { } guard) return (call.HasServer ? finding.Name.ToString()! : "", "");
            Because($"the guard '{guard.Guard}' holds: {guard.Message.TrimEnd('.')}");
        }

        return ("", findings.Count > MostAsked && call.HasServer ? $"{whyNot}; of its {findings.Count} findings only the first {MostAsked} were asked for" : whyNot);

        void Because(string why) => whyNot = whyNot == "" ? why : whyNot;
    }

    static async Task<ReportedFinding?> CheckedFindingAsync(RespondCall call, ResponsePlan plan, CancellationToken cancel)
    {
        if (plan.Finding == "") return null;
        try
        {
            var finding = await call.FindingAsync(plan.Finding, cancel);
            RespondFinding.Check(finding, plan.Resource);
            return finding;
        }
        catch (ServerException fault)
        {
            throw new GuardException("finding-active", $"davyd does not tell whether the finding is open: {fault.Message}");
        }
    }
}
