using System.Text.Json;

namespace Davy.Cli.Output;

/// <summary>The summary of a scan as JSON, version 1; described in docs/formats.md.</summary>
static class SummaryJson
{
    /// <summary>Writes it.</summary>
    /// <param name="result">What the scan found.</param>
    /// <param name="exitCode">How the program ends.</param>
    /// <param name="stream">Where to.</param>
    public static void Write(ScanResult result, int exitCode, Stream stream)
    {
        var summary = result.Summary;
        using var json = new Utf8JsonWriter(stream, new() { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteNumber("exitCode", exitCode);
        json.WriteBoolean("partial", summary.IsPartial);
        json.WriteNumber("inputs", summary.Inputs);
        json.WriteNumber("bytes", summary.Bytes);
        json.WriteStartObject("entries");
        json.WriteNumber("read", summary.Read);
        json.WriteNumber("notCloudRun", summary.NotCloudRun);
        json.WriteNumber("notADeployment", summary.NotADeployment);
        json.WriteNumber("examined", summary.Examined);
        json.WriteNumber("rejected", summary.Rejected);
        json.WriteEndObject();
        json.WriteNumber("notValidated", summary.NotValidated);
        json.WriteNumber("duplicates", summary.Duplicates);
        json.WriteNumber("deletions", summary.Deletions);
        json.WriteNumber("findings", summary.Findings);
        json.WriteNumber("doubts", summary.Doubts);
        json.WriteNumber("excepted", summary.Excepted);
        if (summary.Inspection is { } inspection) Write(json, inspection);

        json.WriteStartArray("doubtList");
        foreach (var doubt in result.Doubts)
        {
            json.WriteStartObject();
            json.WriteString("kind", doubt.Kind.ToString());
            json.WriteString("detail", doubt.Detail);
            json.WriteString("location", doubt.Location.ToString());
            if (doubt.Example != "") json.WriteString("example", doubt.Example);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("rejectedList");
        foreach (var rejected in summary.RejectedEntries)
        {
            json.WriteStartObject();
            json.WriteString("input", rejected.Location.Input);
            json.WriteNumber("line", rejected.Location.Line);
            json.WriteNumber("byte", rejected.Location.Byte);
            json.WriteString("reason", rejected.Reason.ToString());
            json.WriteString("detail", rejected.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteAll(json, "notices", summary.Notices);
        WriteAll(json, "failures", summary.Failures);
        json.WriteEndObject();
        json.Flush();
        stream.WriteByte((byte)'\n');
    }

    static void Write(Utf8JsonWriter json, InspectionCounts counts)
    {
        json.WriteStartObject("inspection");
        json.WriteNumber("images", counts.Images);
        json.WriteNumber("inspected", counts.Inspected);
        json.WriteNumber("miner", counts.Miner);
        json.WriteNumber("containsMiner", counts.ContainsMiner);
        json.WriteNumber("suspicious", counts.Suspicious);
        json.WriteNumber("mentionsMiners", counts.MentionsMiners);
        json.WriteNumber("clean", counts.Clean);
        json.WriteNumber("notVerified", counts.NotVerified);
        json.WriteNumber("notAsked", counts.NotAsked);
        json.WriteNumber("leftOut", counts.LeftOut);
        json.WriteEndObject();
    }

    static void WriteAll(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
