using System.Buffers;
using Microsoft.Net.Http.Headers;

namespace Davy.Server.Hosting;

/// <summary>
/// Refuses requests of HTTP/1 that a proxy in front could read otherwise than the web server does, who lets them pass: then one would smuggle a second request past the
/// proxy inside the first. https://www.rfc-editor.org/rfc/rfc9112#section-6.1
/// </summary>
sealed class StrictFraming(RequestDelegate next)
{
    // What the web server makes of Content-Length where there is a Transfer-Encoding too.
    const string SetAside = "X-Content-Length";

    static readonly SearchValues<char> NameCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Refuses the request, or lets it through.</summary>
    /// <param name="context">The request.</param>
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpProtocol.IsHttp2(request.Protocol) || !IsAmbiguous(request)) return next(context);

        RequestRefusal.Set(context, StatusCodes.Status400BadRequest, "The request can be read in two ways: give Content-Length once, or 'Transfer-Encoding: chunked' once, and names of headers that are words.");
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.Headers.Connection = "close";
        return Task.CompletedTask;
    }

    static bool IsAmbiguous(HttpRequest request)
    {
        var encoding = request.Headers.TransferEncoding;
        if (encoding.Count > 0)
        {
            if (encoding is not [{ } only] || !only.Equals("chunked", StringComparison.OrdinalIgnoreCase) || !HttpProtocol.IsHttp11(request.Protocol)) return true;
            if (request.Headers.ContainsKey(HeaderNames.ContentLength) || request.Headers.ContainsKey(SetAside)) return true;
        }

        foreach (var (name, _) in request.Headers)
        {
            if (name.AsSpan().ContainsAnyExcept(NameCharacters)) return true;
        }

        return false;
    }
}
