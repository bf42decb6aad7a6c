using System.Net;
using Davy.Google;
using Davy.Outbound;

namespace Davy.Server.Hosting;

/// <summary>The way to Google's APIs. Credentials are looked for when the first call needs them, for most installations call nothing.</summary>
/// <param name="options">What the program was told.</param>
/// <param name="clock">The clock.</param>
sealed class GoogleAccess(ServerOptions options, TimeProvider clock) : IDisposable
{
    readonly Lock _lock = new();
    readonly HttpClient _http = OutboundGuard.Client(options.Outbound);

    // Each call says itself how long it may take, and one that waits for messages takes longer than any other.
    readonly HttpClient _calls = OutboundGuard.Client(options.Outbound with { Timeout = Timeout.InfiniteTimeSpan });

    // Whoever sets the variable means this host, and an emulator speaks plain HTTP.
    readonly HttpClient? _emulator = options.PubsubEmulator is { } emulator
        ? OutboundGuard.Client(new() { PlainHttp = true, Allowed = AllowedHosts.Parse([emulator.IdnHost]), Timeout = Timeout.InfiniteTimeSpan })
        : null;

    readonly Dictionary<Uri, HttpClient> _endpoints = [];

    GoogleCredentials? _credentials;

    /// <summary>A guarded client for what is not Google's, too.</summary>
    public HttpClient Http => _http;

    /// <summary>Who calls Google, with the credentials of the settings.</summary>
    /// <exception cref="CredentialException">There are none.</exception>
    public GoogleApi Api()
    {
        lock (_lock) _credentials ??= GoogleCredentials.Find(options.Credentials, options.Outbound, clock);
        return new(_calls, _credentials, clock);
    }

    /// <summary>Who calls a service of Google's at an address that the settings name, with the same credentials. The client reaches that host alone, private or not; in clear it reaches nothing but loopback.</summary>
    /// <param name="endpoint">The address: https, or http with a loopback address for its host.</param>
    /// <exception cref="ArgumentException">The token would cross a network in clear.</exception>
    /// <exception cref="CredentialException">There are no credentials.</exception>
    public GoogleApi Api(Uri endpoint)
    {
        var isPlain = endpoint.Scheme != Uri.UriSchemeHttps;
        if (isPlain && !(IPAddress.TryParse(endpoint.IdnHost, out var address) && IPAddress.IsLoopback(address))) throw new ArgumentException("No token is sent in clear to what is not loopback.", nameof(endpoint));

        lock (_lock)
        {
            _credentials ??= GoogleCredentials.Find(options.Credentials, options.Outbound, clock);
            if (!_endpoints.TryGetValue(endpoint, out var client))
            {
                var rules = isPlain ? new OutboundRules { PlainHttp = true } : options.Outbound with { PlainHttp = false };
                _endpoints[endpoint] = client = OutboundGuard.Client(rules with { Allowed = AllowedHosts.Parse([endpoint.IdnHost]), Timeout = Timeout.InfiniteTimeSpan });
            }

            return new(client, _credentials, clock);
        }
    }

    /// <summary>Where Pub/Sub is, with a slash at the end: Google's, or an emulator.</summary>
    public Uri PubsubService => options.PubsubEmulator ?? options.Endpoints.Pubsub;

    /// <summary>Who calls Pub/Sub: an emulator is called by nobody in particular.</summary>
    /// <exception cref="CredentialException">There are no credentials, and they are needed.</exception>
    public GoogleApi PubsubApi() => _emulator is null ? Api() : new(_emulator, null, clock);

    /// <inheritdoc/>
    public void Dispose()
    {
        _credentials?.Dispose();
        _emulator?.Dispose();
        foreach (var client in _endpoints.Values) client.Dispose();
        _calls.Dispose();
        _http.Dispose();
    }
}
