using System.Net;
using System.Net.Http.Headers;
using Davy.Google;
using Davy.Images.Content;
using Davy.Outbound;

namespace Davy.Images.Registries;

/// <summary>
/// An image in a registry (https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md), read and nothing else. Each request, and each redirect by itself, is held against the rules of
/// where requests may go, at the moment of connecting.
/// </summary>
public sealed class RegistrySource : IImageSource
{
    const int MostRedirects = 3;
    const int MostTries = 3;
    const int MostLogins = 3;

    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    readonly ImageReference _reference;
    readonly RegistryOptions _options;
    readonly ImageLimits _limits;
    readonly Uri _registry;
    readonly string _path;
    readonly HttpClient _http;
    readonly RegistryAccess _access;
    readonly RegistrySession? _own;

    /// <summary>Prepares to ask a registry for one image.</summary>
    /// <param name="reference">The image.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="limits">How much is read.</param>
    /// <exception cref="UnreadableImageException">It must not be asked in this way.</exception>
    public RegistrySource(ImageReference reference, RegistryOptions options, ImageLimits limits)
        : this(reference, new RegistrySession(options), limits, isOwn: true)
    {
    }

    /// <summary>Prepares to ask a registry for one image of several.</summary>
    /// <param name="reference">The image.</param>
    /// <param name="session">What they share; not disposed with this.</param>
    /// <param name="limits">How much is read.</param>
    /// <exception cref="UnreadableImageException">It must not be asked in this way.</exception>
    public RegistrySource(ImageReference reference, RegistrySession session, ImageLimits limits)
        : this(reference, session, limits, isOwn: false)
    {
    }

    RegistrySource(ImageReference reference, RegistrySession session, ImageLimits limits, bool isOwn)
    {
        _own = isOwn ? session : null;
        var options = session.Options;
        (_reference, _options, _limits) = (reference, options, limits);
        var isHub = reference.Host == ImageReference.DockerHub;
        var scheme = options.PlainHttp ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        _registry = isHub && options.Mirror is { } mirror ? mirror : new($"{scheme}://{(isHub ? "registry-1.docker.io" : reference.Host)}/");
        _path = $"{_registry.AbsolutePath.TrimEnd('/')}/v2/{reference.Path}";

        var isLoopback = _registry.IsLoopback;
        if (_registry.Scheme == Uri.UriSchemeHttp && !isLoopback) throw new UnreadableImageException(UnreadableReason.Refused, $"{_registry.Authority} is not asked without TLS: --plain-http is for registries of this machine.");

        _http = session.Client(_registry);
        _access = session.Access(_registry, reference);
    }

    /// <inheritdoc/>
    public async Task<ImageContents> ContentsAsync(Platform? asked, CancellationToken cancel)
    {
        var target = _reference.Digest?.ToString() ?? (_reference.Tag.Length > 0 ? _reference.Tag : "latest");
        var (bytes, type, told) = await DocumentAsync(target, cancel);
        var digest = (_reference.Digest ?? default).Again(bytes);
        if (_reference.Digest is { } wanted && wanted != digest) throw new UnreadableImageException(UnreadableReason.Mismatch, $"{_registry.Authority} answers with another manifest than {wanted}.");
        if (told.Length > 0 && (!Digest.TryParse(told, out var named) || named != named.Again(bytes))) throw new UnreadableImageException(UnreadableReason.Mismatch, $"{_registry.Authority} names another digest than that of the manifest which it sends.");

        return await new ManifestWalk(ReadAsync, asked, _limits).FollowAsync(digest, bytes, type, cancel);
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(Descriptor blob, CancellationToken cancel)
    {
        if (blob.IsForeign) throw new UnreadableImageException(UnreadableReason.Refused, $"{blob.Digest} lies elsewhere, where Davy does not ask.");

        var answer = await AskAsync(new($"{_path}/blobs/{blob.Digest}", UriKind.Relative), [], cancel);
        if (answer.Content.Headers.ContentLength is { } length && blob.Size >= 0 && length != blob.Size)
        {
            answer.Dispose();
            throw new UnreadableImageException(UnreadableReason.Mismatch, $"{_registry.Authority} sends {length} bytes for {blob.Digest}; the manifest says {blob.Size}.");
        }

        return await answer.Content.ReadAsStreamAsync(cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => _own?.Dispose();

    async Task<byte[]> ReadAsync(Descriptor document, CancellationToken cancel)
    {
        if (document.Size > _limits.DocumentBytes) throw TooLarge();
        var (bytes, type, _) = await DocumentAsync(document.Digest!.Value.ToString(), cancel);
        if (bytes.Length != document.Size || document.Digest!.Value.Again(bytes) != document.Digest) throw new UnreadableImageException(UnreadableReason.Mismatch, $"The bytes of {document.Digest} have another digest or size.");
        return type.Length == 0 || type == document.MediaType ? bytes
            : throw new UnreadableImageException(UnreadableReason.Format, $"{document.Digest} is called '{document.MediaType}' and sent as '{type}'.");
    }

    async Task<(byte[] Bytes, string Type, string Digest)> DocumentAsync(string target, CancellationToken cancel)
    {
        using var answer = await AskAsync(new($"{_path}/manifests/{target}", UriKind.Relative), MediaTypes.Documents, cancel);
        if (answer.Content.Headers.ContentLength > _limits.DocumentBytes) throw TooLarge();
        try
        {
            var (bytes, isWhole) = await BoundedBody.ReadUpToAsync(answer.Content, _limits.DocumentBytes, cancel);
            if (!isWhole) throw TooLarge();
            var digest = answer.Headers.TryGetValues("Docker-Content-Digest", out var values) ? values.First() : "";
            return (bytes, answer.Content.Headers.ContentType?.MediaType ?? "", digest);
        }
        catch (HttpRequestException fault)
        {
            throw Unreachable(fault.Message, fault);
        }
    }

    /// <summary>Asks, logs in where that is wanted, follows redirects, and tries again what may pass.</summary>
    async Task<HttpResponseMessage> AskAsync(Uri path, IReadOnlyList<string> accepted, CancellationToken cancel)
    {
        var logins = 0;
        for (var attempt = 1; ; attempt++)
        {
            HttpResponseMessage answer;
            try
            {
                answer = await FollowAsync(new(_registry, path), accepted, cancel);
            }
            catch (RefusedRequestException fault)
            {
                throw new UnreadableImageException(UnreadableReason.Refused, fault.Message, fault);
            }
            catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
            {
                if (attempt >= MostTries) throw Unreachable(fault.Message, fault);
                await Task.Delay(TimeSpan.FromMilliseconds(200 << attempt), _options.Clock, cancel);
                continue;
            }

            if (answer.StatusCode is HttpStatusCode.OK) return answer;
            using (answer)
            {
                var status = answer.StatusCode;
                if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden && logins++ < MostLogins)
                {
                    await LogInAsync(answer, cancel);
                    attempt--;
                    continue;
                }

                if ((status is HttpStatusCode.TooManyRequests || (int)status >= 500) && attempt < MostTries)
                {
                    var told = answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromMilliseconds(200 << attempt);
                    await Task.Delay(told < LongestWait ? told : LongestWait, _options.Clock, cancel);
                    continue;
                }

                throw status switch
                {
                    HttpStatusCode.NotFound => new UnreadableImageException(UnreadableReason.Missing, $"{_registry.Authority} has no such image or part of it: {_reference}. It may have been taken down; that does not make it clean."),
                    HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new UnreadableImageException(UnreadableReason.Login, $"{_registry.Authority} does not let {_reference.Path} be read."),
                    HttpStatusCode.TooManyRequests => new UnreadableImageException(UnreadableReason.Unreachable, $"{_registry.Authority} wants fewer requests (429); try again later, or log in."),
                    _ => Unreachable($"it answers with status {(int)status}", null),
                };
            }
        }
    }

    async Task LogInAsync(HttpResponseMessage refused, CancellationToken cancel)
    {
        try
        {
            await _access.NextAsync(refused, cancel);
        }
        catch (RefusedRequestException fault)
        {
            throw new UnreadableImageException(UnreadableReason.Refused, fault.Message, fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            throw Unreachable(fault.Message, fault);
        }
        catch (CredentialException fault)
        {
            throw new UnreadableImageException(UnreadableReason.Login, fault.Message, fault);
        }
    }

    async Task<HttpResponseMessage> FollowAsync(Uri target, IReadOnlyList<string> accepted, CancellationToken cancel)
    {
        for (var hop = 0; ; hop++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, target);
            foreach (var type in accepted) request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));

            // What lets into the registry goes there and nowhere else.
            if (hop == 0) _access.Authorize(request);
            var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if ((int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308)) return hop == 0 || answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) ? answer : throw Behind(answer);

            using (answer)
            {
                if (answer.Headers.Location is not { } location) throw Unreachable("it redirects to nowhere", null);
                if (hop == MostRedirects) throw new UnreadableImageException(UnreadableReason.Limit, $"{_registry.Authority} redirects more than {MostRedirects} times.");

                target = new(target, location);
                if (target.Scheme != Uri.UriSchemeHttps && !(target.Scheme == Uri.UriSchemeHttp && _registry.Scheme == Uri.UriSchemeHttp && target.IsLoopback))
                {
                    throw new UnreadableImageException(UnreadableReason.Refused, $"{_registry.Authority} redirects to {target.Host}, which is not asked without TLS.");
                }
            }
        }
    }

    UnreadableImageException Behind(HttpResponseMessage answer)
    {
        answer.Dispose();
        return new(UnreadableReason.Unreachable, $"{_registry.Authority} redirects to a place that does not let its blobs be read.");
    }

    UnreadableImageException TooLarge() => new(UnreadableReason.Limit, $"A manifest has more than the {_limits.DocumentBytes} bytes that are read.");

    UnreadableImageException Unreachable(string why, Exception? fault) => new(UnreadableReason.Unreachable, $"{_registry.Authority} cannot be asked: {why.TrimEnd('.')}.", fault);
}
