using System.Text;
using System.Text.Json;
using Davy.Outbound;

namespace Davy.Google;

/// <summary>
/// An account of another provider, by workload or workforce identity federation (https://google.aip.dev/auth/4117): its token, from a file or a URL, is exchanged at Google's
/// Security Token Service (https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token).
/// </summary>
sealed class ExternalAccount : TokenSource
{
    const int MostBytes = 64 * 1024;

    readonly CredentialJson _json;
    readonly Uri _tokenUrl;
    readonly SubjectTokens _subject;

    /// <summary>Reads one.</summary>
    /// <exception cref="CredentialException">Something in it is wrong, or of a kind that Davy does not do.</exception>
    public ExternalAccount(CredentialJson json)
        : base(json.Place)
    {
        (_json, _tokenUrl) = (json, json.Url("token_url"));
        json.Text("audience");
        json.Text("subject_token_type");
        _subject = new(json.Object("credential_source"));
    }

    /// <inheritdoc/>
    public override string Who => "the external account";

    /// <inheritdoc/>
    public override async Task<AccessToken> FetchAsync(HttpClient http, TimeProvider time, CancellationToken cancel)
    {
        var subject = await _subject.FetchAsync(this, http, cancel);
        List<(string, string)> fields =
        [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("audience", _json.Text("audience")),
            ("scope", Scope),
            ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ("subject_token", subject),
            ("subject_token_type", _json.Text("subject_token_type")),
        ];
        var client = _json.Optional("client_id");
        if (client is null && _json.Optional("workforce_pool_user_project") is { Length: > 0 } project)
        {
            fields.Add(("options", $$"""{"userProject":"{{JsonEncodedText.Encode(project)}}"}"""));
        }

        var request = Form(_tokenUrl, fields);
        if (client is not null) request.Headers.TryAddWithoutValidation("Authorization", Basic(client, _json.Optional("client_secret") ?? ""));
        return Read(await AskAsync(http, request, [subject, _json.Optional("client_secret") ?? ""], cancel), time);
    }

    /// <summary>Where the other provider's token is had.</summary>
    sealed class SubjectTokens
    {
        readonly CredentialJson _source;
        readonly string? _file;
        readonly Uri? _url;
        readonly string? _field;

        public SubjectTokens(CredentialJson source)
        {
            _source = source;
            if (source.Has("executable")) throw source.Fault("executable", "Davy starts no program for a token; have the program write a file, and name that with 'file'");
            if (source.Has("environment_id")) throw source.Fault("environment_id", "Davy does not sign requests for AWS; use a token from a file or a URL");
            if (source.Has("certificate")) throw source.Fault("certificate", "Davy has no client certificates; use a token from a file or a URL");

            (_file, _url) = (source.Optional("file"), source.Has("url") ? source.Url("url") : null);
            if (_file is null == _url is null) throw source.Fault("file", "either this or 'url' must be there");
            if (!source.Has("format")) return;

            var format = source.Object("format");
            _field = format.Text("type") switch
            {
                "text" => null,
                "json" => format.Text("subject_token_field_name"),
                _ => throw format.Fault("type", "it must be text or json"),
            };
        }

        public async Task<string> FetchAsync(ExternalAccount account, HttpClient http, CancellationToken cancel)
        {
            if (_url is not null)
            {
                // The operator's file names this URL, and other clouds serve such tokens at addresses that are closed to all else.
                using var near = OutboundGuard.Client(new() { PlainHttp = true, Allowed = AllowedHosts.Parse([_url.IdnHost]) });
                HttpRequestMessage request = new(HttpMethod.Get, _url);
                foreach (var (name, value) in _source.TextsByName("headers")) request.Headers.TryAddWithoutValidation(name, value);
                return Token(await account.AskTextAsync(near, request, [], cancel), "url");
            }

            try
            {
                return Token(BoundedFile.Read(_file!, MostBytes), "file");
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                throw _source.Fault("file", $"the token cannot be read: {fault.Message.TrimEnd('.')}");
            }
        }

        string Token(byte[] utf8, string name)
        {
            var token = _field is null ? Encoding.UTF8.GetString(utf8).Trim() : CredentialJson.Parse($"{_source.Place}: what credential_source.{name} names", utf8).Text(_field);
            return token.Length > 0 ? token : throw _source.Fault(name, "what it names holds no token");
        }
    }
}
