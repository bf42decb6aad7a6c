using Davy.CloudRun;

namespace Davy.Responses;

/// <summary>Who gives the word, and what they typed.</summary>
public sealed record ResponseOrder
{
    /// <summary>What was typed to confirm: the workload's name.</summary>
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
    /// <exception cref="GuardException">One holds.</exception>
    internal void Check(CloudRunResource resource)
    {
        if (Policy.KillSwitch) throw new GuardException("kill-switch", "the kill switch is on: nothing may be changed.");
        if (Policy.Deny.Contains(resource.Project)) throw new GuardException("deny-list", $"the project {resource.Project} is on the deny-list.");
        if (!Policy.Allow.Contains(resource.Project)) throw new GuardException("allow-list", $"the project {resource.Project} is not on the allow-list of the policy; see 'docs/response.md'.");
        if (string.IsNullOrWhiteSpace(Reason)) throw new GuardException("reason", "no reason is given; say --reason.");
        if (Reason.Length > MostReason) throw new GuardException("reason", $"the reason is longer than {MostReason} characters.");
        if (Confirmation != resource.Name) throw new GuardException("confirmation", $"what was typed is not the name of the {resource.Kind.Title}.");
    }
}
