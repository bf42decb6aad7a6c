using System.Security.Claims;
using Davy.Images;

namespace Davy.Server.Ingest;

/// <summary>Messages that Pub/Sub pushes: <c>{"name": …, "kind": "pubsub-push", "emails": [...]}</c>.</summary>
/// <param name="Name">The source's name, the last part of its path.</param>
/// <param name="Emails">The service accounts whose tokens are taken; any that may bring entries in, where none is named.</param>
sealed record PubsubPushDeclaration(string Name, IReadOnlyList<string> Emails) : SourceDeclaration(Name, "pubsub-push")
{
    /// <summary>Reads one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="json">What the configuration says.</param>
    /// <exception cref="UnreadableFileException">Something is wrong.</exception>
    public static SourceDeclaration Read(string name, LocatedJson json)
    {
        json.Expect("name", "kind", "emails");
        return new PubsubPushDeclaration(name, json.OptionalTexts("emails"));
    }

    /// <summary>Whether a caller, who may bring entries in, may do so for this source.</summary>
    /// <param name="caller">The caller; one of an OpenID Connect issuer has their verified address for a name.</param>
    public bool Takes(ClaimsPrincipal caller) => Emails.Count == 0 || (caller.Identity?.Name is { } name && Emails.Contains(name, StringComparer.Ordinal));

    /// <inheritdoc/>
    public override ILogSource? Open(IServiceProvider services) => null;
}
