using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Davy.Cli.Client;

/// <summary>
/// Speaks to a <c>davyd</c>. The server may be another than it seems: its answers are bounded in time and bytes, nothing is followed elsewhere, and the token goes to this
/// one address alone.
/// </summary>
sealed class ServerClient : IDisposable
{
    const int MostAttempts = 6;
    const int MostAnswer = 64_000_000;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    readonly ServerAddress _address;
    readonly string? _token;
    readonly TimeProvider _clock;
    readonly ServerFaults _faults;
    readonly HttpClient _http;

    /// <summary>A client.</summary>
    /// <param name="address">The server.</param>
    /// <param name="token">The bearer token; null for none.</param>
    /// <param name="authorities">Whose certificates are trusted; null for those that the machine trusts.</param>
    /// <param name="allowClearText">The token may go where it can be read on the way.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="ServerException">The token would go over the network in clear.</exception>
    public ServerClient(ServerAddress address, string? token, X509Certificate2Collection? authorities, bool allowClearText, TimeProvider clock)
    {
        if (token is not null && address is { IsClearText: true, IsLoopback: false } && !allowClearText)
        {
            throw new ServerException($"{address}: the token would go over the network in clear, for everybody on the way to read. Use https://, or say --allow-clear-text where the network is your own.");
        }

        (_address, _token, _clock, _faults) = (address, token, clock, new(address, token is not null));
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 0,

            // A proxy sees what is not encrypted, and this machine is reached without one.
            UseProxy = !address.IsClearText,
        };
        if (authorities is not null) handler.SslOptions.CertificateChainPolicy = Trusting(authorities);

        // RS0030: this is the one with limits.
#pragma warning disable RS0030
        _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore RS0030
        _http.DefaultRequestHeaders.UserAgent.Add(new("davy", typeof(Scan).Assembly.GetName().Version?.ToString(3)));
        _http.DefaultRequestHeaders.Accept.Add(new("application/json"));
    }

    /// <summary>Reads certificates of authorities from a PEM file.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="ServerException">There is none in it.</exception>
    public static X509Certificate2Collection Authorities(string file)
    {
        X509Certificate2Collection authorities = [];
        try
        {
            authorities.ImportFromPem(System.Text.Encoding.ASCII.GetString(Images.UserFile.Read(file)));
        }
        catch (CryptographicException)
        {
            throw new ServerException("the file of --ca-file holds a certificate that cannot be read.");
        }

        return authorities.Count > 0 ? authorities : throw new ServerException("the file of --ca-file holds no certificate; it must be PEM, with '-----BEGIN CERTIFICATE-----'.");
    }

    /// <summary>Asks for something.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="role">The role that it takes.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The answer, a JSON object.</returns>
    /// <exception cref="ServerException">The server does not answer, or refuses.</exception>
    public Task<JsonElement> GetAsync(string path, string role, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, role, isRepeatable: true, cancel);

    /// <summary>Has something done.</summary>
    /// <param name="method">POST or PATCH.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="role">The role that it takes.</param>
    /// <param name="isRepeatable">It may be asked for again where nobody knows whether it was done.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The answer, a JSON object.</returns>
    /// <exception cref="ServerException">The server does not answer, or refuses.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, RequestBody? body, string role, bool isRepeatable, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan? told;
            try
            {
                using var response = await TryAsync(method, path, body, cancel);
                var answer = await ReadAsync(response.Message, response.Deadline);
                if (response.Message.IsSuccessStatusCode) return Parsed(answer, response.Message);

                var refusal = _faults.Refused(response.Message, answer, role);
                if (attempt == MostAttempts || !IsPassing(response.Message.StatusCode, isRepeatable)) throw refusal;
                told = response.Message.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - _clock.GetUtcNow() : null;
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException or OperationCanceledException && !cancel.IsCancellationRequested)
            {
                if (attempt == MostAttempts || !isRepeatable || !IsPassing(fault)) throw _faults.Unreachable(fault);
                told = null;
            }

            await Task.Delay(Pause(attempt, told), _clock, cancel);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    async Task<Response> TryAsync(HttpMethod method, string path, RequestBody? body, CancellationToken cancel)
    {
        using HttpRequestMessage request = new(method, _address.At(path));
        if (_token is not null) request.Headers.Authorization = new("Bearer", _token);
        if (body is not null)
        {
            request.Content = new ReadOnlyMemoryContent(body.Bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(body.Type);
        }

        var deadline = new Deadline(Patience, _clock, cancel);
        try
        {
            return new(await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token), deadline);
        }
        catch
        {
            deadline.Dispose();
            throw;
        }
    }

    async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, Deadline deadline)
    {
        if (response.Content.Headers.ContentLength > MostAnswer) throw _faults.TooLarge(MostAnswer);

        await using var stream = await response.Content.ReadAsStreamAsync(deadline.Token);
        using MemoryStream answer = new();
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, deadline.Token) is var read and > 0)
        {
            if (answer.Length + read > MostAnswer) throw _faults.TooLarge(MostAnswer);
            answer.Write(buffer, 0, read);
        }

        return answer.GetBuffer().AsMemory(0, (int)answer.Length);
    }

    JsonElement Parsed(ReadOnlyMemory<byte> answer, HttpResponseMessage response)
    {
        try
        {
            if (response.Content.Headers.ContentType?.MediaType != "application/json") throw _faults.NotDavyd(response.StatusCode);
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.ValueKind is JsonValueKind.Object ? document.RootElement.Clone() : throw _faults.NotDavyd(response.StatusCode);
        }
        catch (JsonException)
        {
            throw _faults.NotDavyd(response.StatusCode);
        }
    }

    /// <summary>Whether it is worth asking again: too much at once, or a server that is away for a moment.</summary>
    static bool IsPassing(HttpStatusCode status, bool isRepeatable) =>
        status is HttpStatusCode.TooManyRequests || (isRepeatable && status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout);

    /// <summary>Where there is nobody, or nobody to be trusted, there will be nobody in a second either.</summary>
    static bool IsPassing(Exception fault) =>
        fault is not HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ConfigurationLimitExceeded }
        && fault is not OperationCanceledException;

    static TimeSpan Pause(int attempt, TimeSpan? told)
    {
        var pause = told ?? FirstPause * Math.Pow(2, attempt - 1);
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause > LongestPause ? LongestPause : pause;
    }

    static X509ChainPolicy Trusting(X509Certificate2Collection authorities)
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    sealed record Response(HttpResponseMessage Message, Deadline Deadline) : IDisposable
    {
        public void Dispose()
        {
            Message.Dispose();
            Deadline.Dispose();
        }
    }

    /// <summary>The end of the time that one attempt has, its answer's body included, or the user's wish.</summary>
    sealed class Deadline : IDisposable
    {
        readonly CancellationTokenSource _patience;
        readonly CancellationTokenSource _either;

        public Deadline(TimeSpan patience, TimeProvider clock, CancellationToken cancel)
        {
            _patience = new(patience, clock);
            _either = CancellationTokenSource.CreateLinkedTokenSource(_patience.Token, cancel);
        }

        public CancellationToken Token => _either.Token;

        public void Dispose()
        {
            _either.Dispose();
            _patience.Dispose();
        }
    }
}

/// <summary>The body of a request.</summary>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Type">Its media type.</param>
sealed record RequestBody(ReadOnlyMemory<byte> Bytes, string Type = "application/json");
