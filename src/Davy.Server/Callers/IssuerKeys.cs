using System.Text.Json;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Davy.Server.Callers;

/// <summary>
/// The keys of an issuer, fetched through its description (https://openid.net/specs/openid-connect-discovery-1_0.html) or from the address of its key set
/// (https://www.rfc-editor.org/rfc/rfc7517#section-5), and kept: fetched anew each hour, and while that fails used for a day.
/// </summary>
/// <param name="issuer">The issuer.</param>
/// <param name="clock">The clock.</param>
sealed class IssuerKeys(OidcIssuer issuer, TimeProvider clock) : BaseConfigurationManager, IConfigurationManager<OpenIdConnectConfiguration>, IDisposable
{
    /// <summary>How long keys are taken for the issuer's while it cannot be asked. One that was stolen and withdrawn is good no longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>The least time between two questions for a key that a token names and nobody knows: anybody can name one.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(1);

    // RS0030: to the one address that the configuration names, for no more than a moment and a mebibyte.
#pragma warning disable RS0030
    readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = 1 << 20 };
#pragma warning restore RS0030
    readonly SemaphoreSlim _one = new(1, 1);
    volatile Known? _known;
    DateTimeOffset _askedAt = DateTimeOffset.MinValue;
    volatile bool _isWanted;

    /// <summary>The keys.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="InvalidOperationException">There are none: they cannot be fetched, and those that were known are too old.</exception>
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        if (_known is { } at && !IsDue(at)) return at.Keys;

        await _one.WaitAsync(cancel);
        try
        {
            if (_known is { } known && !IsDue(known)) return known.Keys;

            var now = clock.GetUtcNow();
            (_askedAt, _isWanted) = (now, false);
            _known = new(await FetchAsync(cancel), now);
            return _known.Keys;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return _known is { } old && clock.GetUtcNow() - old.Since < Longest ? old.Keys : throw new InvalidOperationException($"The keys of {issuer.Issuer} cannot be had.", fault);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public override async Task<BaseConfiguration> GetBaseConfigurationAsync(CancellationToken cancel) => await GetConfigurationAsync(cancel);

    /// <summary>A token names a key that is not known: they are fetched at the next question, unless that was just done.</summary>
    public override void RequestRefresh() => _isWanted = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _one.Dispose();
    }

    bool IsDue(Known known)
    {
        var now = clock.GetUtcNow();
        var (age, pause) = (now - known.Since, now - _askedAt);
        return age >= Longest || (age >= Fresh && pause >= AgainAfter) || (_isWanted && pause >= Pause);
    }

    async Task<OpenIdConnectConfiguration> FetchAsync(CancellationToken cancel)
    {
        if (issuer.Jwks is not { } address)
        {
            HttpDocumentRetriever retriever = new(_http) { RequireHttps = issuer.DiscoveryAddress.StartsWith("https:", StringComparison.OrdinalIgnoreCase) };
            return await OpenIdConnectConfigurationRetriever.GetAsync(issuer.DiscoveryAddress, retriever, cancel);
        }

        OpenIdConnectConfiguration found = new() { Issuer = issuer.Issuer, JwksUri = address, JsonWebKeySet = new(await _http.GetStringAsync(address, cancel)) };
        foreach (var key in found.JsonWebKeySet.GetSigningKeys()) found.SigningKeys.Add(key);
        return found.SigningKeys.Count > 0 ? found : throw new JsonException("The key set has no key to sign with.");
    }

    /// <summary>Keys, and when they were fetched.</summary>
    sealed record Known(OpenIdConnectConfiguration Keys, DateTimeOffset Since);
}
