using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using static Google.Rpc.BadRequest.Types;
using Status = Google.Rpc.Status;

namespace Davy.Server.Api.Requests;

/// <summary>What may be wrong with a request, as <c>google.rpc.Status</c> with details. https://google.aip.dev/193</summary>
static class Faults
{
    /// <summary><c>INVALID_ARGUMENT</c>: a field of the request is wrong.</summary>
    /// <param name="field">The path of the field, as in the proto file: <c>finding.severity</c>.</param>
    /// <param name="reason">Why, for programs: <c>UPPER_SNAKE_CASE</c>.</param>
    /// <param name="description">Why, for people, and what would be right.</param>
    public static RpcException Invalid(string field, string reason, string description) =>
        Of(Code.InvalidArgument, $"{field}: {description}", new BadRequest { FieldViolations = { new FieldViolation { Field = field, Reason = reason, Description = description } } });

    /// <summary><c>INVALID_ARGUMENT</c>: a field that must be given is not there.</summary>
    /// <param name="field">The path of the field.</param>
    public static RpcException Missing(string field) => Invalid(field, "REQUIRED", "this field must be given.");

    /// <summary><c>NOT_FOUND</c>.</summary>
    /// <param name="type">The type of the resource: <c>securitycenter.googleapis.com/Finding</c>.</param>
    /// <param name="name">Its name.</param>
    public static RpcException NotFound(string type, string name) =>
        Of(Code.NotFound, $"There is no {Word(type)} {name}.", new ResourceInfo { ResourceType = type, ResourceName = name });

    /// <summary><c>ALREADY_EXISTS</c>.</summary>
    /// <param name="type">The type of the resource.</param>
    /// <param name="name">Its name.</param>
    public static RpcException AlreadyExists(string type, string name) =>
        Of(Code.AlreadyExists, $"There is a {Word(type)} {name} already.", new ResourceInfo { ResourceType = type, ResourceName = name });

    /// <summary><c>FAILED_PRECONDITION</c>.</summary>
    /// <param name="subject">The resource that is not in the right state.</param>
    /// <param name="reason">Why, for programs.</param>
    /// <param name="description">Why, for people.</param>
    public static RpcException FailedPrecondition(string subject, string reason, string description) =>
        Of(Code.FailedPrecondition, description, new PreconditionFailure { Violations = { new PreconditionFailure.Types.Violation { Type = reason, Subject = subject, Description = description } } });

    /// <summary><c>ABORTED</c>: somebody else was faster; read again and try again.</summary>
    /// <param name="description">What was changed meanwhile.</param>
    public static RpcException Aborted(string description) => Of(Code.Aborted, description);

    static RpcException Of(Code code, string message, params ReadOnlySpan<Google.Protobuf.IMessage> details)
    {
        Status status = new() { Code = (int)code, Message = message };
        foreach (var detail in details) status.Details.Add(Any.Pack(detail));
        return status.ToRpcException();
    }

    static string Word(string type) => type[(type.LastIndexOf('/') + 1)..];
}
