using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Server;
using Davy.Server.Callers;
using Davy.Server.Hosting;
using Davy.Server.Ingest;
using Davy.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Davy.Tests.Api;

/// <summary>davyd itself, on free ports of the loopback address, with a database of its own.</summary>
sealed class RunningServer : IAsyncDisposable
{
    readonly HttpClient _http;
    readonly WebApplication _app;
    int _sources;
    readonly Database _database;
    readonly DirectoryInfo _folder;

    RunningServer(WebApplication app, Database database, DirectoryInfo folder, SocketsHttpHandler? handler)
    {
        // RS0030: to the server's own loopback address alone.
#pragma warning disable RS0030
        _http = new(handler ?? new());
#pragma warning restore RS0030
        (_app, _database, _folder) = (app, database, folder);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
        (Http, Grpc) = (new(addresses[0]), new(addresses[^1]));
        _http.BaseAddress = Http;
    }

    /// <summary>The HTTP/1.1 listener.</summary>
    public Uri Http { get; }

    /// <summary>The HTTP/2 listener; with TLS it is the same.</summary>
    public Uri Grpc { get; }

    /// <summary>The access token that is sent along; null for none.</summary>
    public string? Token { get; set; }

    /// <summary>The server's services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a server.</summary>
    /// <param name="clock">Its clock; the system's where none is given.</param>
    /// <param name="insecure">Whether everybody may do everything.</param>
    /// <param name="database">Its database; a file of its own where none is given.</param>
    /// <param name="with">What else it is told.</param>
    /// <param name="handler">How requests over REST go to it; in clear text where none is given.</param>
    /// <param name="sources">Its sources; none where none are given.</param>
    public static async Task<RunningServer> StartAsync(TimeProvider? clock = null, bool insecure = true, string? database = null, Func<ServerOptions, ServerOptions>? with = null,
        SocketsHttpHandler? handler = null, IReadOnlyList<SourceDeclaration>? sources = null)
    {
        var folder = Directory.CreateTempSubdirectory("davyd-test-");
        ServerOptions options = new() { StateDirectory = folder.FullName, Database = database, HttpPort = 0, GrpcPort = 0, Insecure = insecure, LogLevel = LogLevel.Warning, Alarms = new() { IndicatorAge = TimeSpan.FromDays(36_500) } };
        if (with is not null) options = with(options);
        var opened = await DatabaseStart.OpenAsync(options, clock ?? TimeProvider.System, TestContext.Current.CancellationToken);
        var app = Program.Build(options, opened, clock ?? TimeProvider.System, sources ?? []);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, opened, folder, handler);
    }

    /// <summary>A request over REST.</summary>
    /// <param name="method">GET, POST, PATCH or DELETE.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">The body; null for none.</param>
    /// <param name="type">Its type; null for none.</param>
    public async Task<(HttpStatusCode Status, JsonNode Json)> SendAsync(string method, string path, string? body = null, string? type = "application/json")
    {
        using var response = await AnswerAsync(method, path, body, type, Token is null ? null : $"Bearer {Token}");
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonNode.Parse(text)!);
    }

    /// <summary>The whole answer to a request over REST.</summary>
    public async Task<HttpResponseMessage> AnswerAsync(string method, string path, string? body = null, string? type = "application/json", string? authorization = null)
    {
        using HttpRequestMessage request = new(new(method), path);
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (type is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>A new access token.</summary>
    /// <param name="role">Its role.</param>
    /// <param name="expires">Its end; null for never.</param>
    public async Task<(string Id, string Text)> TokenAsync(string role, DateTimeOffset? expires = null)
    {
        var (id, text) = (TokenCommands.NewId(), TokenText.New());
        await Services.GetRequiredService<AccessTokenStore>().AddAsync(new() { Id = id, Role = role, ExpiresAt = expires }, text.Hash(), TestContext.Current.CancellationToken);
        return (id, text.Reveal());
    }

    /// <summary>The status that a request gets.</summary>
    /// <param name="request">The request.</param>
    public async Task<HttpStatusCode> StatusAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    /// <summary>A request over REST that must succeed.</summary>
    public async Task<JsonNode> DoAsync(string method, string path, string? body = null)
    {
        var (status, json) = await SendAsync(method, path, body);
        Assert.True(status == HttpStatusCode.OK, $"{method} {path}: {status} {json}");
        return json;
    }

    /// <summary>A new source below an organisation; its name.</summary>
    public async Task<string> SourceAsync(string organization = "organizations/123") =>
        (string)(await DoAsync("POST", $"/v2/{organization}/sources", $$"""{"displayName":"Tests {{Interlocked.Increment(ref _sources)}}"}"""))["name"]!;

    /// <summary>Tells the server to stop, as SIGTERM does, and waits until it has.</summary>
    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync(TestContext.Current.CancellationToken);
        await _app.DisposeAsync();
        await _database.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }
}

/// <summary>One server for all tests of a class.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    /// <summary>The server.</summary>
    internal RunningServer Server { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => Server = await RunningServer.StartAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
