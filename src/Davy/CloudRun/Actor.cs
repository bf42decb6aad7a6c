namespace Davy.CloudRun;

/// <summary>Who deployed, and from where.</summary>
public sealed record Actor
{
    /// <summary>The principal's e-mail address; empty where the log withholds it.</summary>
    public string Principal { get; init; } = "";

    /// <summary>The principal in its typed form, for example <c>user:dev@example.com</c>; empty where it is not told.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The caller's address, or a literal such as <c>private</c>; empty where it is not told.</summary>
    public string CallerIp { get; init; } = "";

    /// <summary>The caller's user agent; empty where it is not told.</summary>
    public string UserAgent { get; init; } = "";

    /// <summary>The name of the service account key that signed; empty where none did.</summary>
    public string ServiceAccountKey { get; init; } = "";

    /// <summary>How the actor was found.</summary>
    public ActorBasis Basis { get; init; }
}

/// <summary>How an actor was found, the surest first.</summary>
public enum ActorBasis
{
    /// <summary>The activity entry with the same operation id.</summary>
    Operation,

    /// <summary>An activity entry for the same resource within 60 seconds.</summary>
    NearInTime,

    /// <summary>The annotation <c>lastModifier</c> or <c>creator</c>: a principal without an address.</summary>
    Annotation,
}
