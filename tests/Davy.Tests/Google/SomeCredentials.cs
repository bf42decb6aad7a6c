using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Davy.Google;
using Davy.Outbound;

namespace Davy.Tests.Google;

/// <summary>Credentials of nobody.</summary>
static class SomeCredentials
{
    /// <summary>What must never be shown.</summary>
    public const string Secret = "s3cr3t-value";

    static readonly Lazy<RSA> LazyKey = new(() => RSA.Create(2_048));

    /// <summary>The key of <see cref="ServiceAccount"/>.</summary>
    public static RSA Key => LazyKey.Value;

    /// <summary>Rules for the loopback address.</summary>
    public static OutboundRules Loopback { get; } = new() { PlainHttp = true, Allowed = AllowedHosts.Parse(["127.0.0.1"]) };

    /// <summary>A person's.</summary>
    public static JsonObject AuthorizedUser(string tokenUrl) => new()
    {
        ["type"] = "authorized_user",
        ["client_id"] = "client.example.com",
        ["client_secret"] = Secret + "-1",
        ["refresh_token"] = Secret + "-2",
        ["token_uri"] = tokenUrl,
        ["quota_project_id"] = "quota-of-file",
    };

    /// <summary>A service account's.</summary>
    public static JsonObject ServiceAccount(string tokenUrl) => new()
    {
        ["type"] = "service_account",
        ["client_email"] = "davy@example-project.iam.gserviceaccount.com",
        ["private_key_id"] = "key1",
        ["private_key"] = Key.ExportPkcs8PrivateKeyPem(),
        ["token_uri"] = tokenUrl,
    };

    /// <summary>Those of another provider.</summary>
    public static JsonObject ExternalAccount(string tokenUrl, JsonObject source) => new()
    {
        ["type"] = "external_account",
        ["audience"] = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
        ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt",
        ["token_url"] = tokenUrl,
        ["credential_source"] = source,
    };

    /// <summary>Finds the credentials of a file with this content.</summary>
    public static GoogleCredentials Find(TemporaryFolder folder, JsonObject content, TimeProvider? clock = null, bool exchange = false)
    {
        var file = folder.File("credentials.json");
        File.WriteAllText(file, content.ToJsonString());
        return GoogleCredentials.Find(new() { File = file, TokenExchange = exchange }, Loopback, clock ?? TimeProvider.System);
    }
}
