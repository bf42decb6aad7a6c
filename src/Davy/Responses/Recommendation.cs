using Davy.CloudRun;

namespace Davy.Responses;

/// <summary>Which response is recommended, and why.</summary>
/// <param name="Action">The response's name; empty where none is.</param>
/// <param name="Why">Why, in a sentence.</param>
public sealed record Recommendation(string Action, string Why)
{
    /// <summary>Recommends.</summary>
    /// <param name="context">The workload, and what was asked for.</param>
    public static Recommendation Of(ResponseContext context)
    {
        var workload = context.Workload;
        if (!workload.HasListed) return new("", "Nothing listed runs, is deployed or can be reached.");
        if (!workload.PartsKnown) return Possible("stop", "its revisions or executions could not all be read, so that nothing finer is safe");

        if (context.Resource.Kind is ResourceKind.Job)
        {
            return workload.Listed.Any(part => part.IsRunning) ? Possible("stop", "an execution runs something listed now; afterwards delete the job, or give it a good image")
                : new("delete", "nothing listed runs now, but the next start would; if the job is needed, replace its image instead.");
        }

        if (context.Good is { } good) return Possible("replace", $"{good.Part.Name} is good: it was ready, none of its images is listed, and somebody else deployed it than what is listed");
        if (workload.Parts.All(part => part.Kind is not PartKind.Revision || part.IsListed)) return new("delete", "it never had a revision without something listed; make sure first that nothing depends on it.");
        return Possible("stop", "no revision is known to be good; find a good image, then replace");

        Recommendation Possible(string action, string why) =>
            ResponseList.Find(action)!.WhyNot(context) is { } whyNot ? new(action == "replace" ? "stop" : "", $"{whyNot}.") : new(action, $"{why}.");
    }
}
