using System.Text.Json.Nodes;
using Davy.Cli.Client;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Google;
using Davy.Reports;
using Davy.Responses;

namespace Davy.Cli.Commands;

/// <summary>Another workload with the same image or of the same actor: by a finding that davyd keeps of it, or, without a davyd, by what the project's services are given.</summary>
/// <param name="Why">What they have in common, in words.</param>
/// <param name="Resource">The workload; null where its finding tells none.</param>
/// <param name="Finding">The finding; null without a davyd.</param>
sealed record RespondElsewhere(string Why, CloudRunResource? Resource, ReportedFinding? Finding)
{
    const int MostValues = 10;
    const int MostFindings = 50;

    /// <summary>Looks for them. Where davyd cannot be asked, that is said, and the plan goes on.</summary>
    /// <param name="call">The run of the command.</param>
    /// <param name="node">Whose findings: <c>organizations/123</c>.</param>
    /// <param name="workloads">The workloads that are known already.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<IReadOnlyList<RespondElsewhere>> FindAsync(RespondCall call, string node, IReadOnlyList<Workload> workloads, CancellationToken cancel)
    {
        if (!call.HasServer) return await ServicesAsync(call, workloads, cancel);

        HashSet<CloudRunResource> known = [.. workloads.Select(workload => workload.Resource)];
        var indicators = workloads.SelectMany(workload => workload.Parts).SelectMany(part => part.Verdicts.OfType<Verdict.Malicious>()).Select(verdict => verdict.Match.Indicator);
        List<(string Why, string Field, string Value)> asked =
        [
            .. Values(indicators).Select(value => ($"has {value} too", "source_properties.properties.match.indicator", value)),
            .. Values(Surroundings.Of(workloads).Actors).Select(value => ($"was deployed by {value} too", "access.principal_email", value)),
        ];
        List<RespondElsewhere> found = [];
        try
        {
            foreach (var (why, field, value) in asked)
            {
                FindingsQuery query = new() { Parent = $"{node}/sources/-", Filter = $"{field}=\"{value}\"", PageSize = MostFindings, Limit = MostFindings };
                await foreach (var page in call.Api().ListAsync(query, cancel))
                {
                    found.AddRange(page.Results.Select(result => ReportedFinding.Of(result, "")).OfType<ReportedFinding>()
                        .Where(finding => finding.Name is not null && (finding.Resource is null || !known.Contains(finding.Resource))).Select(finding => new RespondElsewhere(why, finding.Resource, finding)));
                }
            }
        }
        catch (ServerException fault)
        {
            call.Terminal.Error.WriteLine($"davy: where else the same image or actor is was not looked up: {TextSanitizer.Clean(fault.Message, 1_000)}");
        }

        return found;
    }

    /// <summary>The services of the projects, in all regions, that are given something listed, or by who deployed something listed.</summary>
    static async Task<IReadOnlyList<RespondElsewhere>> ServicesAsync(RespondCall call, IReadOnlyList<Workload> workloads, CancellationToken cancel)
    {
        HashSet<CloudRunResource> known = [.. workloads.Select(workload => workload.Resource)];
        var actors = Surroundings.Of(workloads).Actors.ToHashSet(StringComparer.OrdinalIgnoreCase);
        List<RespondElsewhere> found = [];
        foreach (var project in workloads.Select(workload => workload.Resource.Project).Distinct(StringComparer.Ordinal))
        {
            try
            {
                foreach (var (resource, modifier, verdicts) in await call.Reader.ServicesAsync(project, cancel))
                {
                    if (known.Contains(resource)) continue;
                    if (verdicts.OfType<Verdict.Malicious>().FirstOrDefault() is { } bad) found.Add(new($"is given {bad.Match.Indicator}, which is listed", resource, null));
                    else if (actors.Contains(modifier)) found.Add(new($"was deployed by {modifier} too", resource, null));
                }
            }
            catch (GoogleApiException fault)
            {
                call.Terminal.Error.WriteLine($"davy: the other services of {project} were not looked up: {TextSanitizer.Clean(fault.Message, 1_000)}");
            }
        }

        return found;
    }

    /// <summary>Says them to a person.</summary>
    /// <param name="call">The run of the command.</param>
    /// <param name="all">What was found.</param>
    public static void Write(RespondCall call, IReadOnlyList<RespondElsewhere> all)
    {
        var output = call.Terminal.Out;
        output.WriteLine();
        output.WriteLine(call.HasServer ? "Elsewhere, by the findings that davyd keeps" : "Elsewhere, by the services of the project in all regions (no davyd is named; jobs and worker pools are not looked up)");
        foreach (var (why, resource, finding) in all)
        {
            output.WriteLine($"  {resource?.AdminName ?? "something else"} {TextSanitizer.Clean(why, 500)}{(finding is null ? "" : $": {TextSanitizer.Clean(finding.State)}{(finding.Mute == "MUTED" ? ", MUTED" : "")}, {finding.Name}")}");
        }

        if (all.Count == 0) output.WriteLine("  Nothing else with the same image or actor.");
    }

    /// <summary>The same for programs.</summary>
    /// <param name="all">What was found.</param>
    public static JsonArray Json(IReadOnlyList<RespondElsewhere> all) => new([.. all.Select(each => (JsonNode)new JsonObject
    {
        ["why"] = each.Why,
        ["resource"] = each.Resource?.AdminName ?? "",
        ["finding"] = each.Finding?.Name.ToString() ?? "",
        ["state"] = each.Finding?.State ?? "",
        ["mute"] = each.Finding?.Mute ?? "",
    })]);

    /// <summary>What can stand in a filter as it is: it comes from what others deployed.</summary>
    static IEnumerable<string> Values(IEnumerable<string> all) =>
        all.Where(value => value.Length is > 0 and <= 256 && !value.AsSpan().ContainsAnyExceptInRange(' ', '~') && !value.AsSpan().ContainsAny('"', '\\', '*')).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(MostValues);
}
