using Davy.Server.Api.Requests;
using Google.Protobuf;
using Grpc.Core;

namespace Davy.Server.Api.Own;

/// <summary>Answers what our own methods throw, as the methods of Security Command Center would; <see cref="Rest.ErrorEnvelope"/> gives it Google's form.</summary>
/// <param name="faults">What becomes of exceptions.</param>
sealed class OwnFaults(FaultTranslation faults) : IEndpointFilter
{
    static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(SecurityCenterApi.Types));

    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var cancel = context.HttpContext.RequestAborted;
        try
        {
            return await next(context);
        }
        catch (BadHttpRequestException)
        {
            // The web server's own refusals, such as a body that is too large, have their status already.
            throw;
        }
#pragma warning disable CA1031 // The edge of the API: nothing may leave but a status.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            var told = faults.Of(context.HttpContext.Request.Path, fault, cancel);
            return Results.Text(Formatter.Format(told.GetRpcStatus() ?? new() { Code = (int)told.StatusCode, Message = told.Status.Detail }), "application/json", statusCode: HttpOf(told.StatusCode));
        }
    }

    /// <summary>The HTTP status of a code: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto.</summary>
    static int HttpOf(StatusCode code) => code switch
    {
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => 400,
        StatusCode.Unauthenticated => 401,
        StatusCode.PermissionDenied => 403,
        StatusCode.NotFound => 404,
        StatusCode.AlreadyExists or StatusCode.Aborted => 409,
        StatusCode.ResourceExhausted => 429,
        StatusCode.Cancelled => 499,
        StatusCode.Unimplemented => 501,
        StatusCode.Unavailable => 503,
        StatusCode.DeadlineExceeded => 504,
        _ => 500,
    };
}
