using System.Text.Json;
using System.Text.Json.Serialization;

namespace Davy.Server.Api.Own;

/// <summary>Reads any JSON as it is.</summary>
[JsonSerializable(typeof(JsonElement))]
sealed partial class OwnElements : JsonSerializerContext;
