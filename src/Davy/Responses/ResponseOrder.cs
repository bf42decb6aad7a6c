using Davy.CloudRun;

namespace Davy.Responses;

/// <summary>Who gives the word, and what they typed.</summary>
public sealed record ResponseOrder
{
    /// <summary>What was typed to confirm: the workload's name, or for a set of plans project and count.</summary>
    public required string Confirmation { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Under whose credentials.</summary>
    public required string Who { get; init; }

    /// <summary>Where responses are allowed.</summary>
    public required ResponsePolicy Policy { get; init; }

    const int MostReason = 1_000;

    /// <summary>The guards that need nothing but what was said.</summary>
    /// <param name="resource">The workload.</param>
    /// <param name="confirmation">What has to be typed.</param>
    /// <exception cref="GuardException">One holds.</exception>
    internal void Check(CloudRunResource resource, string confirmation)
    {
        if (Policy.KillSwitch) throw new GuardException("kill-switch", "the kill switch is on: nothing may be changed.");
        if (Policy.Deny.Contains(resource.Project)) throw new GuardException("deny-list", $"the project {resource.Project} is on the deny-list.");
        if (!Policy.Allow.Contains(resource.Project)) throw new GuardException("allow-list", $"the project {resource.Project} is not on the allow-list of the policy; see 'docs/response.md'.");
        if (string.IsNullOrWhiteSpace(Reason)) throw new GuardException("reason", "no reason is given; say --reason.");
        if (Reason.Length > MostReason) throw new GuardException("reason", $"the reason is longer than {MostReason} characters.");
        if (Confirmation == confirmation) return;
        throw new GuardException("confirmation", confirmation == resource.Name ? $"what was typed is not the name of the {resource.Kind.Title}." : $"what was typed is not project and count of the set, {confirmation}.");
    }

    /// <summary>The guards that need nothing but what was said, and hold for all plans of a set or for none.</summary>
    /// <param name="set">The set.</param>
    /// <exception cref="GuardException">One holds.</exception>
    public void Check(ResponsePlanSet set) => Check(set.Members[0].Resource, set.Confirmation);
}
