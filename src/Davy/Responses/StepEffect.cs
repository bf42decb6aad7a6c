using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Google;

namespace Davy.Responses;

/// <summary>Whether what a step was to bring about is so, by what Cloud Run says now.</summary>
static class StepEffect
{
    /// <summary>Asks.</summary>
    /// <exception cref="GoogleApiException">It may not be read.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public static async Task<bool> HoldsAsync(ResponseStep step, CloudRunAdmin admin, CancellationToken cancel)
    {
        if (step.Kind is StepKind.Policy) return SamePolicy(await admin.PolicyAsync(step.Target, cancel), step.Body!);

        var now = await admin.FindAsync(step.Target, cancel);
        return step.Kind switch
        {
            StepKind.Delete => now is null,
            StepKind.Cancel => now is not { } execution || execution.Text("completionTime") != "",
            _ => now is { } workload && step.Body!.All(member => Contains(workload.Member(member.Key), member.Value)),
        };
    }

    /// <summary>Whether a value has all that another one asks for. What is empty, false or 0 need not be there: Google leaves it out.</summary>
    internal static bool Contains(JsonElement actual, JsonNode? wanted)
    {
        switch (wanted)
        {
            case null:
                return actual.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
            case JsonObject fields:
                return fields.All(field => Contains(actual.Member(field.Key), field.Value));
            case JsonArray list:
                if (actual.ValueKind is not JsonValueKind.Array) return list.Count == 0 && actual.ValueKind is JsonValueKind.Undefined;
                return actual.GetArrayLength() == list.Count && actual.EnumerateArray().Zip(list).All(pair => Contains(pair.First, pair.Second));
            default:
                var text = wanted.GetValueKind() is JsonValueKind.String ? wanted.GetValue<string>() : wanted.ToJsonString();
                if (actual.ValueKind is JsonValueKind.Undefined) return text is "" or "0" or "false";
                return actual.ValueKind is JsonValueKind.True or JsonValueKind.False ? actual.GetRawText() == text : actual.Text() == text;
        }
    }

    static bool SamePolicy(JsonElement actual, JsonObject wanted)
    {
        using var document = JsonDocument.Parse(wanted.ToJsonString());
        return Grants(actual).SetEquals(Grants(document.RootElement));
    }

    static HashSet<(string Role, string Condition, string Member)> Grants(JsonElement policy) =>
        [.. policy.Items("bindings").SelectMany(binding => binding.Items("members").Select(member => (binding.Text("role"), binding.Member("condition").Text("expression"), member.Text())))];
}
