using System.Text.RegularExpressions;
using Davy.Findings;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using static Google.Rpc.BadRequest.Types;
using Status = Google.Rpc.Status;

namespace Davy.Server.Api.Requests;

/// <summary>What may be wrong with a request, as <c>google.rpc.Status</c> with details. https://google.aip.dev/193</summary>
static partial class Faults
{
    /// <summary><c>INVALID_ARGUMENT</c>: a field of the request is wrong.</summary>
    /// <param name="field">The path of the field, as in the proto file: <c>finding.severity</c>; empty for the request as a whole.</param>
    /// <param name="reason">Why, for programs: <c>UPPER_SNAKE_CASE</c>.</param>
    /// <param name="description">Why, for people, and what would be right.</param>
    public static RpcException Invalid(string field, string reason, string description) =>
        Of(Code.InvalidArgument, field.Length == 0 ? $"{char.ToUpperInvariant(description[0])}{description[1..]}" : $"{field}: {description}", new BadRequest { FieldViolations = { new FieldViolation { Field = field, Reason = reason, Description = description } } });

    /// <summary><c>INVALID_ARGUMENT</c>: a field that must be given is not there.</summary>
    /// <param name="field">The path of the field.</param>
    public static RpcException Missing(string field) => Invalid(field, "REQUIRED", "this field must be given.");

    /// <summary><c>NOT_FOUND</c>.</summary>
    /// <param name="type">The type of the resource: <c>securitycenter.googleapis.com/Finding</c>.</param>
    /// <param name="name">Its name.</param>
    public static RpcException NotFound(string type, string name) =>
        Of(Code.NotFound, $"There is no {Word(type)} {name}.", new ResourceInfo { ResourceType = type, ResourceName = name });

    /// <summary>What a store refuses.</summary>
    /// <param name="refused">The refusal; where a field is at fault, its message begins with the field and a colon, and where something is not there, its message has the name.</param>
    public static RpcException Refused(RefusedException refused)
    {
        if (refused.Refusal is Refusal.InvalidArgument && FieldFirst().Match(refused.Message) is { Success: true } told)
        {
            return Invalid(told.Groups[1].Value, "INVALID_VALUE", told.Groups[2].Value);
        }

        if (refused.Refusal is Refusal.NotFound && NameOfResource().Match(refused.Message) is { Success: true } missing)
        {
            return Of(Code.NotFound, refused.Message, new ResourceInfo { ResourceType = Types[missing.Groups[1].Value], ResourceName = missing.Value });
        }

        return Of(refused.Refusal switch
        {
            Refusal.InvalidArgument => Code.InvalidArgument,
            Refusal.NotFound => Code.NotFound,
            Refusal.AlreadyExists => Code.AlreadyExists,
            Refusal.FailedPrecondition => Code.FailedPrecondition,
            _ => Code.Aborted,
        }, refused.Message);
    }

    static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["findings"] = FindingWrites.Type,
        ["sources"] = SourceMethods.Type,
        ["muteConfigs"] = MuteConfigMethods.Type,
        ["notificationConfigs"] = NotificationConfigMethods.Type,
        ["operations"] = BulkMuteMethods.Type,
    };

    [GeneratedRegex(@"\b(?:organizations|folders|projects)/[^\s']+/(findings|sources|muteConfigs|notificationConfigs|operations)/[^\s/']+")]
    private static partial Regex NameOfResource();

    [GeneratedRegex(@"\A([a-z_]+(?:\.[A-Za-z0-9_-]+)*): (.+)\z", RegexOptions.Singleline)]
    private static partial Regex FieldFirst();

    static RpcException Of(Code code, string message, params ReadOnlySpan<global::Google.Protobuf.IMessage> details)
    {
        Status status = new() { Code = (int)code, Message = message };
        foreach (var detail in details) status.Details.Add(Any.Pack(detail));
        return status.ToRpcException();
    }

    static string Word(string type) => type[(type.LastIndexOf('/') + 1)..];
}
