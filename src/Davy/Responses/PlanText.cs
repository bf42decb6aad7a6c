using System.Globalization;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Reports;

namespace Davy.Responses;

/// <summary>Says a plan to a person. All that comes from Cloud Run is hostile, and shown safely.</summary>
public static class PlanText
{
    const int Most = 20;

    /// <summary>What there is, and what could be done.</summary>
    /// <param name="context">The workload, and what was asked for.</param>
    /// <param name="now">The time.</param>
    /// <param name="output">Where it goes.</param>
    public static void WriteOverview(ResponseContext context, DateTimeOffset now, TextWriter output)
    {
        var (workload, resource) = (context.Workload, context.Resource);
        output.WriteLine($"The {resource.Kind.Title} {resource.AdminName}");
        output.WriteLine($"  generation {Shown(workload.Generation)}, etag {Shown(workload.Etag)}; nothing is changed by this plan.");
        output.WriteLine();
        output.WriteLine("What it runs");
        foreach (var part in workload.Parts.Take(Most)) Part(part, now, output);
        if (workload.Parts.Count > Most) output.WriteLine($"  and {workload.Parts.Count - Most} older ones, {workload.Parts.Skip(Most).Count(part => part.IsListed)} of them listed.");

        output.WriteLine();
        output.WriteLine("Was it intended? Ask first: who deployed it, and what ran before?");
        foreach (var choice in context.Choices.Take(Most))
        {
            output.WriteLine(choice.IsGood
                ? $"  {Shown(choice.Part.Name)} is good: it was ready, its images are known by digest and not listed, and {Shown(choice.Part.Creator)}, who deployed it {Age(choice.Part.CreatedAt, now)}, deployed nothing listed."
                : $"  {Shown(choice.Part.Name)} is not gone back to: {string.Join("; ", choice.WhyNot)}.");
        }

        foreach (var inspection in context.Options.Inspections.Take(Most)) output.WriteLine($"  The image {Shown(inspection.Image)} {inspection.Says}, {Age(inspection.At, now)}.");
        if (context.Resource.Kind is ResourceKind.Job) output.WriteLine("  A job has no revisions to go back to.");
        output.WriteLine();
        output.WriteLine("What could be done");
        foreach (var response in ResponseList.All)
        {
            output.WriteLine($"  {response.Name,-8} {response.Does(resource.Kind)}");
            if (response.WhyNot(context) is { } whyNot) output.WriteLine($"           Not here: {Shown(whyNot)}.");
            else output.WriteLine($"           {response.Costs(resource.Kind)}");
        }

        var recommended = Recommendation.Of(context);
        output.WriteLine();
        output.WriteLine(recommended.Action == "" ? $"Recommended: nothing. {Shown(recommended.Why)}" : $"Recommended: {recommended.Action}, for {Shown(recommended.Why)}");
        Doubts(workload, output);
    }

    /// <summary>What a plan does, exactly.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="context">What it was made of.</param>
    /// <param name="output">Where it goes.</param>
    public static void WriteSteps(ResponsePlan plan, ResponseContext context, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"The plan: {plan.Action}");
        WriteCalls(plan, context, output);
        output.WriteLine($"  Permissions: {string.Join(", ", ResponseList.Find(plan.Action)!.Permissions(plan.Resource.Kind))}");
        output.WriteLine($"  It holds for {ResponsePlan.Lifetime.TotalMinutes} minutes, and while nobody changes the {plan.Resource.Kind.Title}.");
    }

    /// <summary>The calls of a plan, each with the exact difference.</summary>
    internal static void WriteCalls(ResponsePlan plan, ResponseContext context, TextWriter output)
    {
        var number = 0;
        foreach (var step in plan.Steps)
        {
            output.WriteLine($"  {++number}. {Shown(step.What)}");
            foreach (var difference in JsonDifference.Of(step, context.Workload))
            {
                if (difference.Before != "") output.WriteLine($"     - {Shown(difference.Path)}: {Shown(difference.Before)}");
                if (difference.After != "") output.WriteLine($"     + {Shown(difference.Path)}: {Shown(difference.After)}");
            }

            if (step.Kind is StepKind.Delete or StepKind.Cancel) output.WriteLine($"     - {Shown(step.Target)}");
            output.WriteLine(step.CanRehearse ? "     Rehearsed by Cloud Run before it is done (validateOnly)." : "     Not rehearsed: the method has no rehearsal.");
            output.WriteLine(step.CannotUndo == "" ? "     Can be undone." : $"     Cannot be undone: {step.CannotUndo}.");
            if (step.Command != "") output.WriteLine($"     By hand: {step.Command}");
        }
    }

    /// <summary>What else to look at, and how to cut off the actor.</summary>
    /// <param name="workloads">The workloads.</param>
    /// <param name="output">Where it goes.</param>
    public static void WriteSurroundings(IEnumerable<Workload> workloads, TextWriter output)
    {
        var around = Surroundings.Of(workloads);
        output.WriteLine();
        output.WriteLine("What else to look at; stopping a workload does not stop a stolen key");
        Row("deployed what is listed", around.Actors);
        Row("ran what is listed", around.ServiceAccounts);
        Row("secrets it could read", around.Secrets);
        foreach (var (what, command) in around.Commands)
        {
            output.WriteLine($"  {Shown(what)}");
            output.WriteLine($"    {command}");
        }

        void Row(string label, IReadOnlyList<string> all)
        {
            if (all.Count > 0) output.WriteLine($"  {label}: {string.Join(", ", all.Take(Most).Select(Shown))}");
        }
    }

    static void Part(WorkloadPart part, DateTimeOffset now, TextWriter output)
    {
        List<string> said = [part.Kind is PartKind.Template ? "template" : $"{part.Kind.ToString().ToLowerInvariant()} {Shown(part.Name)}"];
        if (part.Percent > 0) said.Add($"{part.Percent} %");
        if (part.Tags.Count > 0) said.Add($"tags {string.Join(", ", part.Tags.Select(Shown))}");
        if (part.IsRunning) said.Add("running");
        if (part.Creator != "") said.Add($"by {Shown(part.Creator)}");
        said.Add(Age(part.CreatedAt, now));
        output.WriteLine($"  {string.Join(", ", said)}");
        foreach (var container in part.Containers)
        {
            output.WriteLine($"    image {Shown(container.Image?.Text ?? "")}{(container.Ran is { } ran && ran.Text != container.Image?.Text ? $" (ran {Shown(ran.Text)})" : "")}");
        }

        foreach (var verdict in part.Verdicts)
        {
            if (verdict is Verdict.Malicious bad) output.WriteLine($"    LISTED: {Shown(bad.Match.Indicator)} of {Shown(bad.Match.List)}{(bad.Match.WhyPossible == "" ? "" : $"; only possible, for {Shown(bad.Match.WhyPossible)}")}");
            else if (verdict is Verdict.Undecided undecided) output.WriteLine($"    not judged: {Shown(undecided.Reason)}");
        }
    }

    static void Doubts(Workload workload, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("What it cannot know");
        foreach (var unknown in workload.Unknown) output.WriteLine($"  {Shown(unknown)}");
        if (workload.Resource.Kind is ResourceKind.Job) output.WriteLine("  Which workflows or people start the job, or schedules of other regions.");
        else output.WriteLine("  Whether a revision really served, for Cloud Run keeps no history of traffic; that it was ready is all it tells.");
        output.WriteLine("  What an image does that no list names: look into it with 'davy image inspect'.");
        if (workload.IsFunction) output.WriteLine("  It belongs to a function of Cloud Run functions: the next deployment of the function writes it again. Respond to the function too (gcloud functions describe).");
    }

    static string Age(DateTimeOffset? at, DateTimeOffset now) => at is not { } moment ? "at a time that is not told"
        : now - moment is { TotalDays: >= 2 } days ? $"{(int)days.TotalDays} days ago ({Day(moment)})"
        : now - moment is { TotalHours: >= 2 } hours ? $"{(int)hours.TotalHours} hours ago ({Day(moment)})"
        : $"{Math.Max(0, (int)(now - moment).TotalMinutes)} minutes ago ({Day(moment)})";

    static string Day(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    static string Shown(string text) => TextSanitizer.Clean(text, 500);
}
