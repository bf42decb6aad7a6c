using Davy.Google;
using Davy.Outbound;

namespace Davy.Cli.Client;

/// <summary>How Google's APIs are reached, and as whom.</summary>
sealed record GoogleSettings
{
    /// <summary>Where credentials are looked for.</summary>
    public CredentialOptions Credentials { get; init; } = new();

    /// <summary>Where requests may go.</summary>
    public OutboundRules Outbound { get; init; } = new();

    /// <summary>Google's services.</summary>
    public GoogleEndpoints Endpoints { get; init; } = new();

    /// <summary>
    /// The person's folder for what can be had again, in which fetched log entries are kept until they are scanned; null for a temporary one.
    /// </summary>
    public string? Cache { get; init; }

    /// <summary>The environment of this process.</summary>
    public static GoogleSettings OfProcess()
    {
        var environment = Environment.GetEnvironmentVariables();
        return new() { Credentials = CredentialOptions.FromEnvironment(environment), Cache = new PersonFolders(environment).Cache };
    }
}
