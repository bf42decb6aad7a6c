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

    /// <summary>The environment of this process.</summary>
    public static GoogleSettings OfProcess() => new() { Credentials = CredentialOptions.FromEnvironment(Environment.GetEnvironmentVariables()) };
}
