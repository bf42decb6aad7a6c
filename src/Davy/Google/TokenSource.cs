using System.Text;
using Davy.Outbound;

namespace Davy.Google;

/// <summary>One way to get access tokens.</summary>
/// <param name="place">The file that it stands in, for people; or what it is.</param>
abstract class TokenSource(string place)
{
    /// <summary>The scope of every token: what the caller may do is decided by IAM (https://cloud.google.com/docs/authentication#authorization-gcp).</summary>
    public const string Scope = "https://www.googleapis.com/auth/cloud-platform";

    const int MostBytes = 64 * 1024;
    static readonly TimeSpan AtMost = TimeSpan.FromSeconds(30);

    /// <summary>The file that it stands in, for people.</summary>
    protected string Place => place;

    /// <summary>Who it is, for people; without secrets.</summary>
    public abstract string Who { get; }

    /// <summary>The project that the file wants calls counted for; null for none.</summary>
    public string? QuotaProject { get; init; }

    /// <summary>Gets a new token.</summary>
    /// <param name="http">The client.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="CredentialException">There is none to be had.</exception>
    public abstract Task<AccessToken> FetchAsync(HttpClient http, TimeProvider time, CancellationToken cancel);

    /// <summary>Asks a token end point.</summary>
    /// <param name="http">The client.</param>
    /// <param name="request">The request; disposed of here.</param>
    /// <param name="secrets">What was sent and must not be shown, whatever the answer says.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The answer, with status 200.</returns>
    /// <exception cref="CredentialException">There is no such answer.</exception>
    protected async Task<CredentialJson> AskAsync(HttpClient http, HttpRequestMessage request, IReadOnlyList<string> secrets, CancellationToken cancel) =>
        CredentialJson.Parse($"the answer of {request.RequestUri!.Authority}", await AskTextAsync(http, request, secrets, cancel));

    /// <summary>Asks for a text: see <see cref="AskAsync"/>.</summary>
    protected async Task<byte[]> AskTextAsync(HttpClient http, HttpRequestMessage request, IReadOnlyList<string> secrets, CancellationToken cancel)
    {
        var host = request.RequestUri!.Authority;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AtMost);
        try
        {
            using (request)
            using (var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token))
            {
                var body = await BoundedBody.ReadAsync(response.Content, MostBytes, limit.Token);
                Check(response);
                if (response.IsSuccessStatusCode) return body;

                var code = (int)response.StatusCode;
                throw new CredentialException($"{Place}: {host} gave no token for {Who}: {code}{Reason(body, secrets)}.") { MayPass = code is 408 or 429 or >= 500 };
            }
        }
        catch (HttpRequestException fault)
        {
            throw new CredentialException($"{Place}: {host} gave no token for {Who}: {fault.Message}", fault) { MayPass = fault is not RefusedRequestException };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CredentialException($"{Place}: {host} gave no token for {Who}: it did not answer in time.") { MayPass = true };
        }
    }

    /// <summary>A look at the answer's headers.</summary>
    protected virtual void Check(HttpResponseMessage response)
    {
    }

    /// <summary>A token of OAuth's form (https://www.rfc-editor.org/rfc/rfc6749#section-5.1).</summary>
    protected static AccessToken Read(CredentialJson answer, TimeProvider time) => new(answer.Token("access_token"), time.GetUtcNow() + answer.Seconds("expires_in"));

    /// <summary>A form to be posted.</summary>
    protected static HttpRequestMessage Form(Uri url, params IEnumerable<(string Name, string Value)> fields) => new(HttpMethod.Post, url)
    {
        Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
    };

    // OAuth: {"error": "invalid_grant", "error_description": "…"}; Google's other services: {"error": {"status": "…", "message": "…"}}.
    static string Reason(byte[] body, IReadOnlyList<string> secrets)
    {
        try
        {
            var json = CredentialJson.Parse("", body);
            var reason = json.Has("error_description") || !json.Has("error") || IsText(json)
                ? $"{json.Optional("error")}: {json.Optional("error_description")}"
                : $"{json.Object("error").Optional("status")}: {json.Object("error").Optional("message")}";
            if (secrets.Any(secret => secret.Length > 0 && reason.Contains(secret, StringComparison.Ordinal))) return "";

            var shown = Excerpt.Of(reason, 300).Trim(' ', ':', '.');
            return shown.Length == 0 ? "" : " " + shown;
        }
        catch (CredentialException)
        {
            return "";
        }

        static bool IsText(CredentialJson json)
        {
            try
            {
                return json.Optional("error") is not null;
            }
            catch (CredentialException)
            {
                return false;
            }
        }
    }

    /// <summary>The header of a client's name and password (https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1).</summary>
    protected static string Basic(string name, string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(name)}:{Uri.EscapeDataString(password)}"));
}
