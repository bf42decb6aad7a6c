using System.Collections;

namespace Davy.Google;

/// <summary>
/// Where credentials are looked for, in the order of Application Default Credentials (https://cloud.google.com/docs/authentication/application-default-credentials): the file
/// that is named, gcloud's own file, the metadata server. The metadata server is asked only where this says so: nothing is ever sent to it to find out whether it is there.
/// </summary>
public sealed record CredentialOptions
{
    /// <summary>The host of the metadata server, where none is named (https://cloud.google.com/compute/docs/metadata/querying-metadata).</summary>
    public const string UsualMetadataHost = "169.254.169.254";

    /// <summary>The file that is named; null for none.</summary>
    public string? File { get; init; }

    /// <summary>Where <c>gcloud auth application-default login</c> leaves its file; null where it cannot be told. It need not be there.</summary>
    public string? WellKnownFile { get; init; }

    /// <summary>Whether the metadata server of the machine is asked, where there is no file.</summary>
    public bool MetadataServer { get; init; }

    /// <summary>The metadata server: <c>HOST</c> or <c>HOST:PORT</c>.</summary>
    public string MetadataHost { get; init; } = UsualMetadataHost;

    /// <summary>The project that calls are counted for; null for what the file says.</summary>
    public string? QuotaProject { get; init; }

    /// <summary>
    /// Whether a service account's key buys a token at the file's <c>token_uri</c> (https://developers.google.com/identity/protocols/oauth2/service-account), as older services
    /// want it; otherwise what the key signs is sent itself (https://google.aip.dev/auth/4111).
    /// </summary>
    public bool TokenExchange { get; init; }

    /// <summary>
    /// Reads <c>GOOGLE_APPLICATION_CREDENTIALS</c>, <c>CLOUDSDK_CONFIG</c> (else <c>APPDATA</c> or <c>HOME</c>, for gcloud's file), <c>GCE_METADATA_HOST</c> and
    /// <c>GOOGLE_CLOUD_QUOTA_PROJECT</c>.
    /// </summary>
    /// <param name="environment">The process's environment.</param>
    /// <returns>The options; without the metadata server.</returns>
    public static CredentialOptions FromEnvironment(IDictionary environment)
    {
        string? Given(string name) => environment[name] is string { Length: > 0 } value ? value : null;

        var folder = Given("CLOUDSDK_CONFIG")
            ?? (OperatingSystem.IsWindows() ? Given("APPDATA") is { } data ? Path.Combine(data, "gcloud") : null : Given("HOME") is { } home ? Path.Combine(home, ".config", "gcloud") : null);
        return new()
        {
            File = Given("GOOGLE_APPLICATION_CREDENTIALS"),
            WellKnownFile = folder is null ? null : Path.Combine(folder, "application_default_credentials.json"),
            MetadataHost = Given("GCE_METADATA_HOST") ?? UsualMetadataHost,
            QuotaProject = Given("GOOGLE_CLOUD_QUOTA_PROJECT"),
        };
    }

    /// <summary>These, with what a person named on a command line.</summary>
    /// <param name="given">A file, or <c>metadata</c> for the account that this machine runs as; null for nothing.</param>
    /// <returns>The options.</returns>
    public CredentialOptions Named(string? given) => given switch
    {
        null => this,
        "metadata" => this with { File = null, WellKnownFile = null, MetadataServer = true },
        _ => this with { File = given },
    };
}
