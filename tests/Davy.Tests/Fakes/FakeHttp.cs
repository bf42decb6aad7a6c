using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Davy.Tests.Fakes;

/// <summary>An HTTP server on a free port of the loopback address, which notes what it was asked.</summary>
sealed class FakeHttp : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<FakeRequest> _requests = new();

    FakeHttp(WebApplication app) => _app = app;

    /// <summary>Where it is, with a slash at the end.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Its host and port.</summary>
    public string Authority => Url.Authority;

    /// <summary>What it was asked, in order.</summary>
    public IReadOnlyList<FakeRequest> Requests => [.. _requests];

    /// <summary>Starts a server that answers at once.</summary>
    /// <param name="answer">What it answers.</param>
    public static Task<FakeHttp> StartAsync(Func<FakeRequest, FakeAnswer> answer) => StartAsync(request => Task.FromResult(answer(request)));

    /// <summary>Starts a server.</summary>
    /// <param name="answer">What it answers.</param>
    public static async Task<FakeHttp> StartAsync(Func<FakeRequest, Task<FakeAnswer>> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        FakeHttp fake = new(builder.Build());
        fake._app.Run(context => fake.AnswerAsync(context, answer));
        await fake._app.StartAsync(TestContext.Current.CancellationToken);
        fake.Url = new(fake._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/");
        return fake;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    async Task AnswerAsync(HttpContext context, Func<FakeRequest, Task<FakeAnswer>> answer)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        FakeRequest request = new(
            context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray())
        {
            Aborted = context.RequestAborted,
        };
        _requests.Enqueue(request);

        var given = await answer(request);
        if (given.Status == 0)
        {
            // Cut off, without a word.
            context.Abort();
            return;
        }

        context.Response.StatusCode = given.Status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in given.Headers) context.Response.Headers[name] = value;
        await context.Response.WriteAsync(given.Body, context.RequestAborted);
    }
}

/// <summary>What a fake was asked.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query, as they were sent.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body.</param>
sealed record FakeRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Whether whoever asked has left.</summary>
    public CancellationToken Aborted { get; init; }

    /// <summary>The path.</summary>
    public string Path => Target.Split('?')[0];

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>A header; empty where it is not there.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    /// <summary>A parameter of the query; empty where it is not there.</summary>
    public string Query(string name) => Pairs(Target.Contains('?') ? Target[(Target.IndexOf('?') + 1)..] : "").GetValueOrDefault(name, "");

    /// <summary>The fields of a form.</summary>
    public Dictionary<string, string> Form => Pairs(Text);

    static Dictionary<string, string> Pairs(string text) =>
        text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => Uri.UnescapeDataString(pair[0].Replace('+', ' ')), pair => Uri.UnescapeDataString(pair.ElementAtOrDefault(1)?.Replace('+', ' ') ?? ""));
}

/// <summary>What a fake answers.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body, JSON unless a header says otherwise.</param>
/// <param name="Headers">Headers beside the usual.</param>
sealed record FakeAnswer(int Status, string Body, params IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>An error as Google's APIs tell it.</summary>
    public static FakeAnswer Error(int code, string status, string message) =>
        new(code, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message, ["status"] = status } }.ToJsonString());
}
