namespace Davy.Findings;

/// <summary>An image, and what is known of what is in it.</summary>
public sealed record KeptInspection
{
    /// <summary>Its key in the list.</summary>
    public required long Key { get; init; }

    /// <summary><c>sha256:…</c> of what ran, else <c>repository:tag</c>; from the log.</summary>
    public required string Image { get; init; }

    /// <summary>Whether it is known by the digest that ran.</summary>
    public required bool IsByDigest { get; init; }

    /// <summary><c>waiting</c>, <c>running</c>, <c>done</c>, or <c>notWanted</c> where nothing asks for it.</summary>
    public required string State { get; init; }

    /// <summary>When the next attempt is due; null where none is.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>How many attempts failed since the last result.</summary>
    public long Attempts { get; init; }

    /// <summary>Why the last attempt failed; empty where none did. May quote a registry: hostile.</summary>
    public string Fault { get; init; } = "";

    /// <summary>Which result it is, counted from 1; 0 for none yet.</summary>
    public long Result { get; init; }

    /// <summary>The verdict as a value for programs, such as <c>containsMiner</c>; empty where there is none yet.</summary>
    public string Verdict { get; init; } = "";

    /// <summary>What was seen, as it stands in a finding, JSON; empty where there is none yet.</summary>
    public string Document { get; init; } = "";

    /// <summary>When the verdict was given; null where there is none yet.</summary>
    public DateTimeOffset? JudgedAt { get; init; }

    /// <summary>How long that took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>When a deployment or finding with it was seen last.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>Whether earlier deployments were searched for it.</summary>
    internal bool HasLookedBack { get; init; }

    /// <summary>Where it is said to be: <c>repository@sha256:…</c> or <c>repository:tag</c>; filled only where one is asked for.</summary>
    public IReadOnlyList<string> References { get; init; } = [];
}

/// <summary>An image that one server looks into.</summary>
/// <param name="Image">The image.</param>
/// <param name="Claim">What proves the claim.</param>
public sealed record ClaimedInspection(KeptInspection Image, string Claim);
