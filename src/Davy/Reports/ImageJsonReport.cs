using System.Text.Json;
using Davy.Images;
using Davy.Inspection;

namespace Davy.Reports;

/// <summary>What an image says of itself, as JSON: all of it, with hostile texts escaped, one document an image.</summary>
public static class ImageJsonReport
{
    /// <summary>Writes a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="output">Where to.</param>
    public static void Write(ImageReport report, Stream output)
    {
        using var json = JsonWriting.Document(output);
        json.WriteStartObject();
        json.WriteString("image", report.Name);
        json.WriteString("verdict", ImageWords.Value(report.Verdict));
        if (report.Failure is { } failure) Obstacle(json, "failure", failure);
        if (report.NameMatch is { } match)
        {
            json.WriteStartObject("listedByName");
            json.WriteString("indicator", match.Indicator.Reference);
            json.WriteString("list", match.Indicator.List);
            json.WriteString("certainty", Words.Value(match.Certainty));
            json.WriteEndObject();
        }

        Texts(json, "indexes", report.Indexes.Select(index => index.ToString()));
        Texts(json, "beside", report.Beside);
        Texts(json, "lists", report.Lists);
        json.WriteStartArray("platforms");
        foreach (var image in report.Images) Image(json, image);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    static void Image(Utf8JsonWriter json, PlatformReport image)
    {
        json.WriteStartObject();
        json.Known("name", image.Name);
        json.Known("platform", image.Platform?.ToString() ?? "");
        json.WriteString("verdict", ImageWords.Value(image.Verdict));
        json.WriteNumber("score", image.Score);
        Known(json, "manifest", image.Manifest);
        Known(json, "configuration", image.ConfigDigest);
        if (image.Config is { } config)
        {
            Texts(json, "entrypoint", config.Entrypoint);
            Texts(json, "command", config.Command);
            json.Known("workingFolder", config.WorkingFolder);
            json.Known("user", config.User);
            json.Known("created", config.Created);
        }

        json.WriteStartArray("evidence");
        foreach (var evidence in image.Evidence) Evidence(json, evidence);
        json.WriteEndArray();
        json.WriteStartArray("notLookedAt");
        foreach (var obstacle in image.Obstacles) Obstacle(json, null, obstacle);
        json.WriteEndArray();
        Texts(json, "notes", image.Notes);
        json.WriteStartArray("layers");
        foreach (var layer in image.Layers) Layer(json, layer);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A piece of evidence as an object.</summary>
    internal static void Evidence(Utf8JsonWriter json, ImageEvidence evidence)
    {
        json.WriteStartObject();
        json.WriteString("kind", ImageWords.Value(evidence.Kind));
        json.WriteString("role", ImageWords.Value(evidence.Role));
        json.WriteNumber("points", evidence.Points);
        json.WriteString("place", evidence.Place);
        json.Known("member", evidence.Member);
        if (evidence.Layer is { } layer)
        {
            json.WriteNumber("layerIndex", layer.Index);
            Known(json, "layer", layer.Digest);
        }

        json.Known("sha256", evidence.File?.Hex ?? "");
        json.WriteString("why", evidence.Why);
        json.WriteStartArray("signs");
        foreach (var sign in evidence.Signs)
        {
            json.WriteStartObject();
            json.WriteString("id", sign.Id);
            json.WriteString("strength", sign.Strength.ToString().ToLowerInvariant());
            json.Known("text", sign.Text);
            if (sign.Offset >= 0) json.WriteNumber("offset", sign.Offset);
            if (sign.Line > 0) json.WriteNumber("line", sign.Line);
            Texts(json, "sources", sign.Sources.Select(source => $"{source.Title}, {source.Where}"));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Layer(Utf8JsonWriter json, LayerReport layer)
    {
        json.WriteStartObject();
        json.WriteNumber("index", layer.Place.Index);
        Known(json, "digest", layer.Place.Digest);
        Known(json, "diffId", layer.DiffId);
        if (layer.Bytes >= 0) json.WriteNumber("bytes", layer.Bytes);
        json.WriteString("state", ImageWords.Value(layer.State));
        if (layer.State is LayerState.Searched)
        {
            json.WriteNumber("entries", layer.Entries);
            json.WriteNumber("inflatedBytes", layer.InflatedBytes);
        }

        json.WriteEndObject();
    }

    static void Obstacle(Utf8JsonWriter json, string? name, Obstacle obstacle)
    {
        if (name is null) json.WriteStartObject();
        else json.WriteStartObject(name);
        json.WriteString("reason", ImageWords.Value(obstacle.Reason));
        json.WriteString("text", obstacle.Text);
        json.WriteEndObject();
    }

    static void Known(Utf8JsonWriter json, string name, Digest? digest)
    {
        if (digest is { } known) json.WriteString(name, known.ToString());
    }

    static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
