using System.Net.Http.Headers;
using Davy.Outbound;

namespace Davy.Google;

/// <summary>Who Davy is towards Google. It keeps a token as long as that holds, and asks for the next one a little earlier.</summary>
public sealed class GoogleCredentials : IDisposable
{
    static readonly TimeSpan Early = TimeSpan.FromMinutes(4);

    readonly TokenSource _source;
    readonly HttpClient _http;
    readonly TimeProvider _time;
    readonly string? _quotaProject;
    readonly SemaphoreSlim _one = new(1, 1);
    volatile AccessToken? _token;

    GoogleCredentials(TokenSource source, HttpClient http, TimeProvider time, string? quotaProject) =>
        (_source, _http, _time, _quotaProject) = (source, http, time, quotaProject ?? source.QuotaProject);

    /// <summary>Who it is, for people; without secrets.</summary>
    public string Who => _source.Who;

    /// <summary>Finds credentials. Files are read here; nothing is sent yet.</summary>
    /// <param name="options">Where to look.</param>
    /// <param name="rules">Where requests for tokens may go.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="CredentialException">There are none, or the file is wrong.</exception>
    public static GoogleCredentials Find(CredentialOptions options, OutboundRules rules, TimeProvider time) =>
        new(Source(options), OutboundGuard.Client(rules), time, options.QuotaProject);

    /// <summary>Makes a request one of these credentials.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async Task AuthorizeAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await TokenAsync(cancel)).Value);
        if (_quotaProject is { Length: > 0 } project) request.Headers.TryAddWithoutValidation("x-goog-user-project", project);
    }

    /// <summary>Forgets the token of a request that was refused, so that the next request gets a new one.</summary>
    /// <param name="refused">The request.</param>
    public void Forget(HttpRequestMessage refused)
    {
        if (_token is { } token && refused.Headers.Authorization?.Parameter == token.Value) _token = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _one.Dispose();
    }

    async Task<AccessToken> TokenAsync(CancellationToken cancel)
    {
        if (_token is { } known && _time.GetUtcNow() < known.ExpiresAt - Early) return known;

        await _one.WaitAsync(cancel);
        try
        {
            if (_token is { } fetched && _time.GetUtcNow() < fetched.ExpiresAt - Early) return fetched;
            try
            {
                return _token = await _source.FetchAsync(_http, _time, cancel);
            }
            catch (CredentialException fault) when (fault.MayPass && _token is { } old && _time.GetUtcNow() < old.ExpiresAt)
            {
                // It still holds; the next request tries again.
                return old;
            }
        }
        finally
        {
            _one.Release();
        }
    }

    static TokenSource Source(CredentialOptions options)
    {
        if (options.File is { } file) return CredentialFile.Read(file, options.TokenExchange);
        if (options.WellKnownFile is { } known && File.Exists(known)) return CredentialFile.Read(known, options.TokenExchange);
        if (options.MetadataServer) return new MetadataServer(options.MetadataHost);
        throw new CredentialException("There are no credentials for Google: set GOOGLE_APPLICATION_CREDENTIALS to a file, or run 'gcloud auth application-default login'.");
    }
}
