using Davy.Outbound;

namespace Davy.Google;

/// <summary>
/// The account that a machine, service or pod of Google Cloud runs as (https://cloud.google.com/compute/docs/access/authenticate-workloads#applications). It is asked only where
/// the settings say so.
/// </summary>
sealed class MetadataServer(string host) : TokenSource("the metadata server")
{
    const string Flavor = "Metadata-Flavor";

    /// <inheritdoc/>
    public override string Who => "the machine's service account";

    /// <inheritdoc/>
    public override async Task<AccessToken> FetchAsync(HttpClient http, TimeProvider time, CancellationToken cancel)
    {
        if (!Uri.TryCreate($"http://{host}/computeMetadata/v1/instance/service-accounts/default/token?scopes={Uri.EscapeDataString(Scope)}", UriKind.Absolute, out var url) || url.AbsolutePath.Length < 30)
        {
            throw new CredentialException($"GCE_METADATA_HOST is '{Excerpt.Of(host, 100)}'; it must be HOST or HOST:PORT.");
        }

        // Its address is closed to all other requests.
        using var near = OutboundGuard.Client(new() { PlainHttp = true, Allowed = AllowedHosts.Parse([url.IdnHost]), ConnectTimeout = TimeSpan.FromSeconds(3) });
        HttpRequestMessage request = new(HttpMethod.Get, url) { Headers = { { Flavor, "Google" } } };
        return Read(await AskAsync(near, request, [], cancel), time);
    }

    // Whatever answers without it is something else that has the address.
    /// <inheritdoc/>
    protected override void Check(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues(Flavor, out var flavors) || !flavors.Contains("Google")) throw new CredentialException($"What answers at {host} is not Google's metadata server.");
    }
}
