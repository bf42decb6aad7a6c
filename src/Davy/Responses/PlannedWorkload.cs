using Davy.CloudRun;

namespace Davy.Responses;

/// <summary>One workload of an incident: what is planned for it and why, or why nothing is.</summary>
public sealed record PlannedWorkload
{
    /// <summary>What it is about: the workload's full name; for a finding that names none, where the finding stands.</summary>
    public required string About { get; init; }

    /// <summary>Where the findings stand that name it: <c>line 3</c>.</summary>
    public required IReadOnlyList<string> Places { get; init; }

    /// <summary>What was read; null where nothing was.</summary>
    public ResponseContext? Context { get; init; }

    /// <summary>The plan; null where there is none.</summary>
    public ResponsePlan? Plan { get; init; }

    /// <summary>Why this is planned, in a sentence; empty where the person chose it.</summary>
    public string Why { get; init; } = "";

    /// <summary>Why nothing is planned, in words; empty where something is.</summary>
    public string WhyNot { get; init; } = "";

    /// <summary>Plans the recommended response, or the one that was asked for.</summary>
    /// <param name="context">The workload.</param>
    /// <param name="places">Where its findings stand.</param>
    /// <param name="action">The response that was asked for; null for the recommended one.</param>
    /// <param name="now">The time.</param>
    /// <param name="who">Under whose credentials.</param>
    /// <param name="finding">The finding that davyd keeps of it; empty for none.</param>
    public static PlannedWorkload Of(ResponseContext context, IReadOnlyList<string> places, string? action, DateTimeOffset now, string who, string finding)
    {
        var recommended = Recommendation.Of(context);
        PlannedWorkload planned = new() { About = context.Resource.AdminName, Places = places, Context = context };
        if (!context.Workload.HasListed || (action is null && recommended.Action == "")) return planned with { WhyNot = recommended.Why.TrimEnd('.') };

        var response = ResponseList.Find(action ?? recommended.Action)!;
        if (response.WhyNot(context) is { } whyNot) return planned with { WhyNot = $"{response.Name} cannot be done: {whyNot}" };
        return planned with { Plan = ResponsePlan.Make(response, context, now, who, finding), Why = action is null ? recommended.Why : "" };
    }

    /// <summary>Nothing is planned.</summary>
    /// <param name="resource">For which workload.</param>
    /// <param name="places">Where its findings stand.</param>
    /// <param name="whyNot">Why not.</param>
    public static PlannedWorkload None(CloudRunResource resource, IReadOnlyList<string> places, string whyNot) => new() { About = resource.AdminName, Places = places, WhyNot = whyNot };
}
