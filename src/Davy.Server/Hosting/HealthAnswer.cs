using System.Text.Json.Serialization;

namespace Davy.Server.Hosting;

/// <summary>What the health paths answer.</summary>
/// <param name="Status"><c>ok</c>, <c>degraded</c> (it serves, but something beside does not work) or <c>failed</c>.</param>
/// <param name="Reasons">What does not work, a sentence each.</param>
sealed record HealthAnswer(string Status, IReadOnlyList<string> Reasons);

/// <summary>How it is written.</summary>
[JsonSerializable(typeof(HealthAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
sealed partial class HealthJson : JsonSerializerContext;
