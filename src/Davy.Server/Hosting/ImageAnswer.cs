using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Davy.Findings;

namespace Davy.Server.Hosting;

/// <summary>An image that is looked into in the background, as the API and the command line give it. Its texts are the log's, the image's and the registry's.</summary>
/// <param name="Id">How it is called.</param>
/// <param name="Image"><c>sha256:…</c> of what ran, else <c>repository:tag</c>.</param>
/// <param name="AskedBy"><c>digest</c>, or <c>tag</c>, which may name another image now than when it was deployed.</param>
/// <param name="State"><c>waiting</c>, <c>running</c>, <c>done</c>, or <c>notWanted</c> where nothing asks for it.</param>
/// <param name="Verdict">The verdict; left out where there is none yet.</param>
/// <param name="Time">When it was given; left out where there is none yet.</param>
/// <param name="Seconds">How long that took; left out where there is none yet.</param>
/// <param name="DueTime">When the next attempt is due; left out where none is.</param>
/// <param name="Attempts">How many attempts were made since the last verdict.</param>
/// <param name="Fault">Why the last attempt failed, or why none is made; left out where neither is so.</param>
/// <param name="LastTime">When a deployment or finding with it was seen last.</param>
/// <param name="References">Where it is said to be; left out in lists.</param>
/// <param name="Inspection">What was seen, as it stands in a finding; left out where there is no verdict yet.</param>
sealed record ImageAnswer(
    long Id, string Image, string AskedBy, string State, string? Verdict, DateTimeOffset? Time, double? Seconds, DateTimeOffset? DueTime, long Attempts, string? Fault, DateTimeOffset LastTime,
    IReadOnlyList<string>? References, JsonNode? Inspection)
{
    /// <summary>The answer for an image.</summary>
    /// <param name="image">The image.</param>
    public static ImageAnswer Of(KeptInspection image) => new(
        image.Key, image.Image, image.IsByDigest ? "digest" : "tag", image.State, Known(image.Verdict), image.JudgedAt, image.JudgedAt is null ? null : image.Took.TotalSeconds, image.DueAt, image.Attempts,
        Known(image.Fault), image.LastAt, image.References.Count == 0 ? null : image.References, image.Document == "" ? null : JsonNode.Parse(image.Document));

    static string? Known(string text) => text == "" ? null : text;
}

/// <summary>How the command line writes it.</summary>
[JsonSerializable(typeof(ImageAnswer[]))]
[JsonSerializable(typeof(ImageAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class InspectionJson : JsonSerializerContext;
