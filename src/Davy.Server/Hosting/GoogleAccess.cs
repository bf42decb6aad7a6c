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
    GoogleCredentials? _credentials;

    /// <summary>A guarded client for what is not Google's, too.</summary>
    public HttpClient Http => _http;

    /// <summary>Who calls Google, with the credentials of the settings.</summary>
    /// <exception cref="CredentialException">There are none.</exception>
    public GoogleApi Api()
    {
        lock (_lock) _credentials ??= GoogleCredentials.Find(options.Credentials, options.Outbound, clock);
        return new(_http, _credentials, clock);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _credentials?.Dispose();
        _http.Dispose();
    }
}
