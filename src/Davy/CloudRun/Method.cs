namespace Davy.CloudRun;

/// <summary>
/// The name of a method, taken apart: <c>google.cloud.run.v2.Services.UpdateService</c> and <c>/Services.UpdateService</c> are both
/// <c>Update</c> of a <c>Service</c>. It never decides alone what an entry is.
/// </summary>
readonly record struct Method
{
    static readonly string[] Verbs =
    [
        "Create", "Replace", "Update", "Patch", "Run", "Delete", "Get", "List", "SetIamPolicy", "GetIamPolicy", "TestIamPermissions", "Cancel", "Wait",
        "Export", "Fetch", "Stop", "Start", "Restart", "Submit", "Check",
    ];

    Method(string verb, string noun, bool isInternal)
    {
        Verb = verb;
        Noun = noun;
        IsInternal = isInternal;
    }

    /// <summary>The verb; empty where the name is of no known form.</summary>
    public string Verb { get; }

    /// <summary>The noun, for example <c>Service</c>.</summary>
    public string Noun { get; }

    /// <summary>A call by which second-generation functions deploy: it never carries a body in the activity log.</summary>
    public bool IsInternal { get; }

    /// <summary>The call gives a resource containers, or may.</summary>
    public bool Deploys => Verb is ("Create" or "Replace" or "Update" or "Patch") && Noun is ("Service" or "Job" or "WorkerPool" or "Instance" or "Configuration" or "Revision");

    /// <summary>The call removes a resource whole; removing a revision or an execution does not.</summary>
    public bool DeletesResource => Verb is "Delete" && Noun is ("Service" or "Job" or "WorkerPool" or "Instance");

    /// <summary>The call is known, and neither gives containers nor removes a resource.</summary>
    public bool IsHarmless => Verb != "" && !Deploys && !DeletesResource && (Verb is not ("Create" or "Replace" or "Update" or "Patch") || Noun is "DomainMapping");

    /// <summary>Takes a name apart.</summary>
    /// <param name="name">The method's name; may be empty.</param>
    /// <returns>Its parts; empty ones where it has another form.</returns>
    public static Method Parse(string name)
    {
        var last = name.AsSpan(name.LastIndexOf('.') + 1);
        var isInternal = name.Contains("InternalServices.", StringComparison.Ordinal);
        foreach (var verb in Verbs)
        {
            if (!last.StartsWith(verb, StringComparison.Ordinal)) continue;

            var noun = NounOf(last[verb.Length..]);
            if (isInternal) noun = noun.Replace("Internal", "", StringComparison.Ordinal);
            return new(verb, noun, isInternal);
        }

        return new("", "", isInternal);
    }

    /// <summary>The common nouns need not be made anew.</summary>
    static string NounOf(ReadOnlySpan<char> noun) => noun switch
    {
        "Service" => "Service",
        "Job" => "Job",
        "WorkerPool" => "WorkerPool",
        "Execution" => "Execution",
        "Revision" => "Revision",
        _ => noun.ToString(),
    };
}
