using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;
using Davy.Reports;

namespace Davy.Cli.Client;

/// <summary>What went wrong with a server, in words that say what to do. What the server says itself is made safe and short.</summary>
/// <param name="address">The server.</param>
/// <param name="hasToken">Whether a token was sent.</param>
sealed class ServerFaults(ServerAddress address, bool hasToken)
{
    const int MostSaid = 1_000;

    /// <summary>It did not answer.</summary>
    /// <param name="fault">What the network says.</param>
    public ServerException Unreachable(Exception fault) => new(fault switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => $"{address}: there is no host of this name.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } or AuthenticationException =>
            $"{address}: no secure connection: {Innermost(fault)} Where a company's own authority signed the server's certificate, name that with --ca-file.",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => $"{address} cannot be reached: {Innermost(fault)} Is davyd running there?",
        OperationCanceledException => $"{address} does not answer in time.",
        _ => $"{address}: the connection failed: {Innermost(fault)}",
    });

    /// <summary>Its answer is larger than it may be.</summary>
    /// <param name="most">How many bytes it may have.</param>
    public ServerException TooLarge(int most) => new($"{address}: the answer is larger than {most / 1_000_000} MB. Ask for less at a time with --page-size.");

    /// <summary>It answered, but not as davyd does.</summary>
    /// <param name="status">The HTTP status.</param>
    public ServerException NotDavyd(HttpStatusCode status) => new($"{address} answers, but not as davyd does (HTTP {(int)status}). Is it the address of the port for HTTP/1.1, 8080 unless set otherwise?") { Status = (int)status };

    /// <summary>It refused.</summary>
    /// <param name="response">Its answer.</param>
    /// <param name="body">The answer's body.</param>
    /// <param name="role">Which role the caller needs for this.</param>
    public ServerException Refused(HttpResponseMessage response, ReadOnlyMemory<byte> body, string role)
    {
        var said = Said(body);
        var status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized when hasToken => Told($"{address} does not take this token: it may have expired, been revoked, or be another server's. Get one with 'davyd tokens create --role {role}'."),
            HttpStatusCode.Unauthorized => Told($"{address} wants to know who asks. Get a token with 'davyd tokens create --role {role}', and put it into DAVY_TOKEN or into a file that --token-file names."),
            HttpStatusCode.Forbidden => Told($"{address}: this token's role does not allow it; it takes the role {role} or administrator."),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => Told($"{address} sends elsewhere{Where(response.Headers)}. davy does not follow, so that a token goes nowhere but where it was meant to; give the address itself."),
            _ when said is null => NotDavyd(response.StatusCode),
            HttpStatusCode.NotImplemented => Told($"{address}: {said} Is it a davyd of the same version as davy?"),
            _ => Told($"{address}: {said}"),
        };

        ServerException Told(string message) => new(message) { Status = status };
    }

    /// <summary>The message of an error in Google's form (https://google.aip.dev/193); null where it is none.</summary>
    static string? Said(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object
                && error.TryGetProperty("message", out var message) && message.ValueKind is JsonValueKind.String
                ? TextSanitizer.Clean(message.GetString()!, MostSaid)
                : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    static string Where(HttpResponseHeaders headers) => headers.Location is { IsAbsoluteUri: true } location ? $", to {TextSanitizer.Clean(location.GetLeftPart(UriPartial.Authority), 100)}" : "";

    static string Innermost(Exception fault)
    {
        while (fault.InnerException is { } inner) fault = inner;
        return $"{TextSanitizer.Clean(fault.Message).TrimEnd('.')}.";
    }
}
