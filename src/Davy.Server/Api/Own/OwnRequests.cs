using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Davy.Server.Api.Requests;

namespace Davy.Server.Api.Own;

/// <summary>Reads requests of our own methods as strictly as those of Security Command Center: no name that they do not have, and none twice.</summary>
static class OwnRequests
{
    const int MostBody = 64 * 1024;

    /// <summary>Refuses parameters that the method does not have.</summary>
    /// <param name="request">The request.</param>
    /// <param name="names">Those that it has.</param>
    public static void CheckQuery(HttpRequest request, params ReadOnlySpan<string> names)
    {
        foreach (var (name, values) in request.Query)
        {
            if (!names.Contains(name))
            {
                throw Faults.Invalid("query", "UNKNOWN_NAME", names.Length == 0 ? "this method has no parameters." : $"there is a parameter that this method does not have; possible are {string.Join(", ", names.ToArray())}.");
            }

            if (values.Count > 1) throw Faults.Invalid(name, "DUPLICATE_NAME", "it is given twice.");
        }
    }

    /// <summary>A parameter of the query; empty where it is not given.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">Its name.</param>
    public static string Text(HttpRequest request, string name) => request.Query[name].ToString();

    /// <summary>The size of a page.</summary>
    /// <param name="request">The request.</param>
    public static int PageSize(HttpRequest request) => Text(request, "pageSize") switch
    {
        "" => Paging.Size(0),
        var text when int.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var size) => Paging.Size(size),
        _ => throw Faults.Invalid("pageSize", "INVALID_VALUE", "it is no whole number."),
    };

    /// <summary>Reads a small body.</summary>
    /// <typeparam name="T">What it holds.</typeparam>
    /// <param name="request">The request.</param>
    /// <param name="type">How that is read.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<T> BodyAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        var body = await ReadAsync(request, MostBody, cancel);
        try
        {
            return JsonSerializer.Deserialize(body.Span, type) ?? throw Faults.Invalid("body", "INVALID_JSON", "it must be a JSON object.");
        }
        catch (JsonException fault)
        {
            throw Faults.Invalid(fault.Path is { Length: > 2 and < 100 } path ? path[2..] : "body", "INVALID_JSON", "the body is not the JSON of this method; docs/api.md tells its form.");
        }
    }

    /// <summary>Reads a body whole.</summary>
    /// <param name="request">The request.</param>
    /// <param name="most">How many bytes it may have.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int most, CancellationToken cancel)
    {
        if (request.ContentLength > most) throw TooLarge(most);

        using MemoryStream body = new();
        var buffer = new byte[16 * 1024];
        while (await request.Body.ReadAsync(buffer, cancel) is var read and > 0)
        {
            if (body.Length + read > most) throw TooLarge(most);
            body.Write(buffer, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    static BadHttpRequestException TooLarge(int most) => new($"The body is larger than {most} bytes.", StatusCodes.Status413PayloadTooLarge);
}
