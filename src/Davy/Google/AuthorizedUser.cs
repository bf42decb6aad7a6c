namespace Davy.Google;

/// <summary>A person who logged in with <c>gcloud auth application-default login</c>: a refresh token (https://www.rfc-editor.org/rfc/rfc6749#section-6).</summary>
sealed class AuthorizedUser(CredentialJson json) : TokenSource(json.Place)
{
    readonly string _clientId = json.Text("client_id");
    readonly string _clientSecret = json.Text("client_secret");
    readonly string _refreshToken = json.Text("refresh_token");
    readonly Uri _tokenUrl = json.Url("token_uri", GoogleUrls.Token);

    /// <inheritdoc/>
    public override string Who { get; } = json.Optional("account") is { Length: > 0 } account ? account : "the user";

    /// <inheritdoc/>
    public override async Task<AccessToken> FetchAsync(HttpClient http, TimeProvider time, CancellationToken cancel)
    {
        var request = Form(_tokenUrl, ("grant_type", "refresh_token"), ("client_id", _clientId), ("client_secret", _clientSecret), ("refresh_token", _refreshToken));
        return Read(await AskAsync(http, request, [_refreshToken, _clientSecret], cancel), time);
    }
}
