using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Davy.Google;
using Davy.Images.Content;
using Davy.Outbound;

namespace Davy.Images.Registries;

/// <summary>
/// How one repository is let into: without a login first, then with the login of this registry alone. A password goes to the registry itself, and to a place for tokens only
/// where that is the registry's host or known to be its own; tokens and passwords never go along with a redirect.
/// </summary>
/// <param name="http">The client, which refuses private addresses.</param>
/// <param name="registry">The registry's root.</param>
/// <param name="repository">The repository.</param>
/// <param name="options">Logins.</param>
/// <param name="findGoogle">Google's credentials, looked for where they are needed; null for none.</param>
sealed class RegistryAccess(HttpClient http, Uri registry, ImageReference repository, RegistryOptions options, Func<GoogleCredentials?> findGoogle) : IDisposable
{
    const int MostAnswer = 1 << 20;
    const int MostLifetime = 86_400;

    /// <summary>How long a token counts that does not say it (https://distribution.github.io/distribution/spec/auth/token/#token-response-fields).</summary>
    static readonly TimeSpan UsualLifetime = TimeSpan.FromSeconds(60);

    /// <summary>The hosts that give tokens for others.</summary>
    static readonly (string Registry, string Realm)[] KnownRealms = [("registry-1.docker.io", "auth.docker.io"), ("registry.gitlab.com", "gitlab.com"), ("registry.redhat.io", "sso.redhat.com")];

    readonly SemaphoreSlim _one = new(1, 1);
    AuthenticationHeaderValue? _authorization;
    Step _step;
    TimeSpan _lifetime;
    long _since;

    enum Step
    {
        Nothing,
        Anonymous,
        Login,
    }

    /// <summary>Makes a request to the registry one that is let in, as far as is known.</summary>
    public void Authorize(HttpRequestMessage request) => request.Headers.Authorization = _authorization;

    /// <summary>Takes the next step after an answer that wants a login.</summary>
    /// <param name="refused">The answer.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="UnreadableImageException">There is no other step.</exception>
    public async Task NextAsync(HttpResponseMessage refused, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            // Another request may have taken the step meanwhile.
            if (!Equals(refused.RequestMessage?.Headers.Authorization, _authorization)) return;

            var challenge = refused.Headers.TryGetValues("WWW-Authenticate", out var headers)
                ? headers.Select(header => Challenge.TryParse(header, out var one) ? one : null).FirstOrDefault(one => one is not null) : null;
            // What let in until its time was up is asked for anew, and is no refusal.
            if (_step is not Step.Nothing && options.Clock.GetElapsedTime(_since) >= _lifetime) _step = Step.Nothing;
            (_since, _lifetime) = (options.Clock.GetTimestamp(), UsualLifetime);
            if (_step is Step.Nothing && challenge is { Scheme: "bearer" })
            {
                _step = Step.Anonymous;
                if (await TokenAsync(challenge, null, cancel) is { } token)
                {
                    _authorization = new("Bearer", token);
                    return;
                }
            }

            if (_step is Step.Login || !await LoginAsync(challenge, cancel)) throw Refused();
            _step = Step.Login;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    async Task<bool> LoginAsync(Challenge? challenge, CancellationToken cancel)
    {
        if (IsGoogles(repository.Host) && findGoogle() is { } google)
        {
            using HttpRequestMessage request = new();
            await google.AuthorizeAsync(request, cancel);
            _authorization = request.Headers.Authorization;
            return true;
        }

        // A mirror is another registry, and gets the login of its own host.
        var host = registry.IdnHost == "registry-1.docker.io" ? ImageReference.DockerHub : registry.Authority;
        if (await options.Logins.LoginAsync(host, cancel) is not { } login) return false;
        if (challenge is { Scheme: "basic" })
        {
            _authorization = Basic(login);
            return true;
        }

        if (challenge is null || await TokenAsync(challenge, login, cancel) is not { } token) return false;
        _authorization = new("Bearer", token);
        return true;
    }

    async Task<string?> TokenAsync(Challenge challenge, RegistryLogin? login, CancellationToken cancel)
    {
        if (!Uri.TryCreate(challenge.Realm, UriKind.Absolute, out var realm) || !IsAllowed(realm)) throw new UnreadableImageException(UnreadableReason.Refused, $"The registry {registry.Authority} sends to a place for tokens that is not asked.");
        if (login is not null && !MayGetPasswords(realm)) throw new UnreadableImageException(UnreadableReason.Refused, $"The registry {registry.Authority} wants the login to be sent to {realm.Authority}, which is not known to belong to it.");

        var question = $"{(realm.Query.Length > 1 ? $"{realm.Query}&" : "?")}service={Uri.EscapeDataString(challenge.Service)}&scope={Uri.EscapeDataString($"repository:{repository.Path}:pull")}";
        using HttpRequestMessage request = new(HttpMethod.Get, new UriBuilder(realm) { Query = question, Fragment = "" }.Uri);
        if (login is not null) request.Headers.Authorization = Basic(login);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (answer.StatusCode is not HttpStatusCode.OK) return null;

        try
        {
            using var json = JsonDocument.Parse(await BoundedBody.ReadAsync(answer.Content, MostAnswer, cancel));
            if (json.RootElement.ValueKind is JsonValueKind.Object && json.RootElement.TryGetProperty("expires_in", out var told) && told.ValueKind is JsonValueKind.Number && told.TryGetInt32(out var seconds) && seconds > 0)
            {
                _lifetime = TimeSpan.FromSeconds(Math.Min(seconds, MostLifetime));
            }

            foreach (var name in (string[])["token", "access_token"])
            {
                if (json.RootElement.ValueKind is JsonValueKind.Object && json.RootElement.TryGetProperty(name, out var token) && token.GetString() is { Length: > 0 } text && text.All(letter => letter is > ' ' and < '\x7F')) return text;
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
        }

        throw new UnreadableImageException(UnreadableReason.Login, $"{realm.Authority} answers with no token for {registry.Authority}.");
    }

    /// <summary>Only a registry of this machine may name another door of this machine without TLS.</summary>
    bool IsAllowed(Uri realm) => realm.UserInfo.Length == 0 && (realm.Scheme == Uri.UriSchemeHttps || (registry.Scheme == Uri.UriSchemeHttp && realm.Scheme == Uri.UriSchemeHttp && realm.Host == registry.Host));

    bool MayGetPasswords(Uri realm) => realm.Scheme == registry.Scheme && (realm.Authority == registry.Authority || (realm.IsDefaultPort && KnownRealms.Contains((registry.IdnHost, realm.IdnHost))));

    static bool IsGoogles(string host) => host is "gcr.io" || host.EndsWith(".gcr.io", StringComparison.Ordinal) || host.EndsWith("-docker.pkg.dev", StringComparison.Ordinal);

    static AuthenticationHeaderValue Basic(RegistryLogin login) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.User}:{login.Password}")));

    UnreadableImageException Refused() => new(UnreadableReason.Login, _step is Step.Login
        ? $"The registry {registry.Authority} does not let this login read {repository.Path}, or there is no such image."
        : $"The registry {registry.Authority} wants a login for {repository.Path}, or there is no such image; 'docker login {registry.Authority}' makes one.");
}
