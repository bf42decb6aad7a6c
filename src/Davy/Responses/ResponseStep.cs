using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Davy.Responses;

/// <summary>What a step calls.</summary>
public enum StepKind
{
    /// <summary>Changes a service, job or worker pool (<c>PATCH</c>).</summary>
    Update,

    /// <summary>Deletes a service, job, worker pool or revision (<c>DELETE</c>).</summary>
    Delete,

    /// <summary>Cancels an execution (<c>:cancel</c>).</summary>
    Cancel,

    /// <summary>Changes who may do what (<c>:setIamPolicy</c>).</summary>
    Policy,
}

/// <summary>One call that changes something.</summary>
public sealed record ResponseStep
{
    /// <summary>What is called.</summary>
    public required StepKind Kind { get; init; }

    /// <summary>The full name of what is changed.</summary>
    public required string Target { get; init; }

    /// <summary>What it does, in a sentence.</summary>
    public required string What { get; init; }

    /// <summary>The fields that are changed, with commas; empty where the method has no mask.</summary>
    public string UpdateMask { get; init; } = "";

    /// <summary>What is sent, without the etag; null for nothing.</summary>
    public JsonObject? Body { get; init; }

    /// <summary>The same with gcloud; empty where gcloud cannot, or where a name could not be quoted safely.</summary>
    public string Command { get; init; } = "";

    /// <summary>Why it cannot be undone; empty where it can.</summary>
    public string CannotUndo { get; init; } = "";

    /// <summary>Whether the method has <c>validateOnly</c>.</summary>
    public bool CanRehearse => Kind is not StepKind.Policy;

    /// <summary>The step as it stands in a plan: without what is sent, for that can hold secrets.</summary>
    public JsonObject Shown()
    {
        var json = ToJson();
        json.Remove("body");
        return json;
    }

    /// <summary>The step whole.</summary>
    internal JsonObject ToJson()
    {
        JsonObject json = new() { ["what"] = What, ["kind"] = Kind.ToString().ToLowerInvariant(), ["target"] = Target };
        if (UpdateMask != "") json["updateMask"] = UpdateMask;
        if (Body is not null) json["body"] = Body.DeepClone();
        if (Command != "") json["command"] = Command;
        if (CannotUndo != "") json["cannotUndo"] = CannotUndo;
        if (!CanRehearse) json["notRehearsed"] = true;
        return json;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    internal static ResponseStep Of(JsonElement json) => new()
    {
        Kind = Enum.TryParse<StepKind>(json.Text("kind"), ignoreCase: true, out var kind) ? kind : throw new IOException("A step of the record has no kind that this program knows."),
        Target = json.Text("target"),
        What = json.Text("what"),
        UpdateMask = json.Text("updateMask"),
        Body = json.Member("body") is { ValueKind: JsonValueKind.Object } body ? JsonObject.Create(body) : null,
        Command = json.Text("command"),
        CannotUndo = json.Text("cannotUndo"),
    };

    /// <summary>What tells steps from all others.</summary>
    /// <param name="steps">The steps.</param>
    /// <returns>A SHA-256 in hexadecimal.</returns>
    public static string HashOf(IEnumerable<ResponseStep> steps) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(new JsonArray([.. steps.Select(step => (JsonNode)step.ToJson())]).ToJsonString())));
}
