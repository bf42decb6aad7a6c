using System.Collections.Concurrent;
using Davy.Google;
using Davy.Outbound;

namespace Davy.Images.Registries;

/// <summary>
/// What images that are asked for in one go share, such as those of one scan: connections, Google's credentials, and what lets into a repository, so that a hundred images of one cost one token.
/// What lets into one repository is given to no other.
/// </summary>
/// <param name="options">How registries are asked.</param>
public sealed class RegistrySession(RegistryOptions options) : IDisposable
{
    readonly ConcurrentDictionary<string, RegistryAccess> _accesses = new(StringComparer.Ordinal);
    readonly Lazy<HttpClient> _http = new(() => OutboundGuard.Client(options.Rules with { PlainHttp = false }));
    readonly Lazy<HttpClient> _plain = new(() => OutboundGuard.Client(options.Rules with { PlainHttp = true }));
    readonly Lazy<GoogleCredentials?> _google = new(options.Google);

    /// <summary>How registries are asked.</summary>
    internal RegistryOptions Options => options;

    /// <summary>The client for a registry, which refuses private addresses.</summary>
    internal HttpClient Client(Uri registry) => registry.Scheme == Uri.UriSchemeHttp ? _plain.Value : _http.Value;

    /// <summary>How a repository is let into, known from the images before.</summary>
    internal RegistryAccess Access(Uri registry, ImageReference image) =>
        _accesses.GetOrAdd($"{registry.AbsoluteUri} {image.Repository}", _ => new(Client(registry), registry, image, options, () => _google.Value));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var access in _accesses.Values) access.Dispose();
        if (_google is { IsValueCreated: true, Value: { } google }) google.Dispose();
        if (_http.IsValueCreated) _http.Value.Dispose();
        if (_plain.IsValueCreated) _plain.Value.Dispose();
    }
}
