using Davy.Reports;

namespace Davy.Responses;

/// <summary>Says a set of plans to a person, to be reviewed as one. All that comes from Cloud Run and from the findings is hostile, and shown safely.</summary>
public static class PlanSetText
{
    const int MostPlaces = 5;

    /// <summary>What is planned for each workload, what stops working then, and what cannot be done and why.</summary>
    /// <param name="project">The project.</param>
    /// <param name="workloads">The workloads.</param>
    /// <param name="output">Where it goes.</param>
    public static void Write(string project, IReadOnlyList<PlannedWorkload> workloads, TextWriter output)
    {
        var planned = workloads.Where(each => each.Plan is not null).ToList();
        var counts = ResponseList.All.Select(response => (response.Name, Count: planned.Count(each => each.Plan!.Action == response.Name))).Where(each => each.Count > 0);
        output.WriteLine($"A set of {planned.Count} plans in {project}{(planned.Count > 0 ? $": {string.Join(", ", counts.Select(each => $"{each.Count} {each.Name}"))}" : "")}. Nothing is changed by it.");
        var number = 0;
        foreach (var each in planned) Member(++number, each, output);

        if (planned.Count < workloads.Count)
        {
            output.WriteLine();
            output.WriteLine("Not planned");
            foreach (var each in workloads.Where(each => each.Plan is null))
            {
                output.WriteLine($"  {Shown(each.About)}{Places(each)}");
                output.WriteLine($"    {Shown(each.WhyNot)}.");
            }
        }

        if (planned.Count == 0) return;
        output.WriteLine();
        output.WriteLine($"To confirm, type {project}:{planned.Count}. Each plan holds for {ResponsePlan.Lifetime.TotalMinutes} minutes, and while nobody changes its workload.");
    }

    static void Member(int number, PlannedWorkload each, TextWriter output)
    {
        var (plan, context) = (each.Plan!, each.Context!);
        var response = ResponseList.Find(plan.Action)!;
        output.WriteLine();
        output.WriteLine($"{number}. {plan.Action}: {plan.Resource.AdminName}{Places(each)}");
        if (each.Why != "") output.WriteLine($"  Recommended, for {Shown(each.Why)}");
        output.WriteLine($"  {response.Costs(plan.Resource.Kind)}");
        PlanText.WriteCalls(plan, context, output);
        foreach (var unknown in context.Workload.Unknown) output.WriteLine($"  Not known: {Shown(unknown)}");
        if (context.Workload.IsFunction) output.WriteLine("  It belongs to a function of Cloud Run functions: the next deployment of the function writes it again.");
    }

    static string Places(PlannedWorkload each) =>
        each.Places.Count == 0 ? "" : $" ({string.Join("; ", each.Places.Take(MostPlaces))}{(each.Places.Count > MostPlaces ? $"; and {each.Places.Count - MostPlaces} more" : "")})";

    static string Shown(string text) => TextSanitizer.Clean(text, 1_000);
}
