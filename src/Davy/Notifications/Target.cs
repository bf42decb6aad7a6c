namespace Davy.Notifications;

/// <summary>Whom to tell, as a file of targets declares it. Secrets are in files of their own, read at each sending, so that they can be exchanged while Davy runs.</summary>
public abstract record Target
{
    Target()
    {
    }

    /// <summary>The last part of the notification config's name: letters, digits, <c>_</c> and <c>-</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The node whose findings it is told of: <c>organizations/1</c>, <c>folders/2</c> or <c>projects/3</c>.</summary>
    public required string Below { get; init; }

    /// <summary>Which findings; empty for all.</summary>
    public string Filter { get; init; } = "";

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>The name of its notification config.</summary>
    public string ConfigName => $"{Below}/locations/global/notificationConfigs/{Name}";

    /// <summary>What the file declares of it, for people and for the store; without secrets.</summary>
    public abstract string Kind { get; }

    /// <summary>A URL to which each notification is posted.</summary>
    public sealed record Webhook : Target
    {
        /// <summary>The URL; null where it stands in <see cref="UrlFile"/>.</summary>
        public Uri? Url { get; init; }

        /// <summary>The file with the URL, which may hold a secret; null where it is <see cref="Url"/>.</summary>
        public string? UrlFile { get; init; }

        /// <summary>The body.</summary>
        public required BodyTemplate Template { get; init; }

        /// <summary>The body's type.</summary>
        public string ContentType { get; init; } = "application/json";

        /// <summary>The file with the secrets that sign, one a line; null for no signature.</summary>
        public string? SecretFile { get; init; }

        /// <summary>Headers beside the usual.</summary>
        public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

        /// <summary>Files with headers' values.</summary>
        public IReadOnlyDictionary<string, string> HeaderFiles { get; init; } = new Dictionary<string, string>();

        /// <summary>Files with what the template calls <c>secret.NAME</c>.</summary>
        public IReadOnlyDictionary<string, string> SecretFiles { get; init; } = new Dictionary<string, string>();

        /// <inheritdoc/>
        public override string Kind => "webhook";
    }

    /// <summary>A source of one's own in a real Security Command Center, where the findings are kept too.</summary>
    public sealed record SecurityCenter : Target
    {
        /// <summary>The source: <c>organizations/1/sources/2</c>.</summary>
        public required string Source { get; init; }

        /// <inheritdoc/>
        public override string Kind => "securityCenter";
    }
}
