using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Findings;
using Davy.Logs;
using Davy.Reports;
using Davy.Server.Api.Requests;
using Google.Protobuf;
using Grpc.Core;
using FindingMessage = Google.Cloud.SecurityCenter.V2.Finding;
using ResourceMessage = Google.Cloud.SecurityCenter.V2.Resource;

namespace Davy.Server.Api.Own;

/// <summary>What a scan sent, checked: its sender is believed in nothing that can be checked, for a token to bring findings in is no token to judge them.</summary>
static class ScanLines
{
    static readonly JsonDocumentOptions Strict = new() { MaxDepth = 60, AllowDuplicateProperties = false };
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(SecurityCenterApi.Types));

    /// <summary>Reads all lines, or refuses them all.</summary>
    /// <param name="body">The lines.</param>
    /// <exception cref="RpcException">A line is wrong; the fault tells which, from 1.</exception>
    public static ScanContent Read(ReadOnlySpan<byte> body)
    {
        ScanContent content = new();
        var number = 0;
        foreach (var range in body.Split((byte)'\n'))
        {
            number++;
            var line = body[range].Trim(" \t\r"u8);
            if (line.IsEmpty) continue;
            if (content.Count == ScanForm.MostLines) throw Faults.Invalid(At(number), "OUT_OF_RANGE", $"a request has at most {ScanForm.MostLines} lines; send the others in another.");
            if (line.Length > ScanForm.MostLineBytes) throw Faults.Invalid(At(number), "OUT_OF_RANGE", $"a line has at most {ScanForm.MostLineBytes} bytes.");
            Read(Parsed(line, number), At(number), content);
        }

        return content;
    }

    static void Read(JsonObject line, string at, ScanContent content)
    {
        try
        {
            if (line is { Count: 1 } && line[ScanForm.DoubtMember] is { } doubt) content.Doubts.Add(ScanForm.ReadDoubt(doubt.Deserialize(OwnElements.Default.JsonElement)));
            else if (line is { Count: 1 } && line[ScanForm.RejectedMember] is { } rejected) content.RejectedEntries.Add(ScanForm.ReadRejectedEntry(rejected.Deserialize(OwnElements.Default.JsonElement)));
            else content.Findings.Add(Finding(line, at));
        }
        catch (FormatException fault)
        {
            throw Faults.Invalid(at, "INVALID_LINE", $"{fault.Message}.");
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException)
        {
            // Half of a surrogate pair, which JSON can escape and no text can hold.
            throw Faults.Invalid(at, "INVALID_JSON", "a text in it is not valid Unicode.");
        }
    }

    static NewFinding Finding(JsonObject line, string at)
    {
        if (line.Count != 3 || line["finding"] is not JsonObject finding || line["resource"] is not JsonObject resource || line["sourceProperties"] is not JsonObject properties)
        {
            throw new FormatException("it is neither a finding (\"finding\", \"resource\" and \"sourceProperties\"), nor a \"doubt\", nor a \"rejectedEntry\"");
        }

        if (finding.ContainsKey("sourceProperties")) throw new FormatException("\"sourceProperties\" stands beside \"finding\", not in it");
        var name = Name(finding, properties);
        foreach (var key in KeptForm.OfTheFormAlone.Concat(KeptForm.OfTheStore)) finding.Remove(key);
        finding["parentDisplayName"] = "Davy";
        line.Remove("sourceProperties");
        finding["sourceProperties"] = properties;

        var message = Message<FindingMessage>(finding, $"{at}: finding");
        try
        {
            FindingRules.Check(message);
        }
        catch (RpcException fault)
        {
            throw new FormatException(fault.Status.Detail.TrimEnd('.'));
        }

        if (message.Category is not { Length: > 0 and <= 255 }) throw new FormatException("finding.category has 1 to 255 characters");
        if (message.FindingClass is not FindingMessage.Types.FindingClass.Threat) throw new FormatException("finding.findingClass is not THREAT");
        Message<ResourceMessage>(resource, $"{at}: resource");
        return new(name, new(finding.ToJsonString(), resource.ToJsonString()));
    }

    /// <summary>The name, which must be that of a finding of Davy's own: its source, and an id as Davy makes them.</summary>
    static FindingName Name(JsonObject finding, JsonObject properties)
    {
        if (!FindingName.TryParse(Text(finding, "name"), out var name)) throw new FormatException("finding.name is no name of a finding");
        if (name.SourceId != ReportOptions.Default.SourceId) throw new FormatException($"finding.name is not below the source {ReportOptions.Default.SourceId}, which is Davy's; other findings are brought in by CreateFinding");
        if (name.FindingId.Length != 32 || name.FindingId.Any(letter => !char.IsAsciiHexDigitLower(letter))) throw new FormatException("the finding's id is not 32 lower-case hexadecimal digits");
        if (Text(properties, "findingId") != name.FindingId) throw new FormatException("sourceProperties.findingId is not the id in finding.name");
        if ((properties["properties"] as JsonObject)?["detector"] is not JsonObject detector || Text(detector, "name") != "Davy") throw new FormatException("sourceProperties.properties.detector.name is not Davy");
        return name;
    }

    static JsonObject Parsed(ReadOnlySpan<byte> line, int number)
    {
        try
        {
            return JsonNode.Parse(Utf8.GetString(line), documentOptions: Strict) as JsonObject ?? throw Faults.Invalid(At(number), "INVALID_JSON", "it is no JSON object.");
        }
        catch (JsonException fault)
        {
            throw Faults.Invalid(At(number), "INVALID_JSON", $"it is not JSON (byte {fault.BytePositionInLine}), or nested too deeply, or has a name twice.");
        }
        catch (Exception fault) when (fault is DecoderFallbackException or ArgumentException)
        {
            throw Faults.Invalid(At(number), "INVALID_JSON", "it is not valid UTF-8.");
        }
    }

    static T Message<T>(JsonObject json, string at)
        where T : IMessage<T>, new()
    {
        try
        {
            return Parser.Parse<T>(json.ToJsonString());
        }
        catch (Exception fault) when (fault is InvalidProtocolBufferException or InvalidJsonException or FormatException or InvalidOperationException)
        {
            throw Faults.Invalid(at, "INVALID_VALUE", $"it is not as docs/api.md tells; was it written by another version of davy? {Start(fault.Message)}");
        }
    }

    static string Start(string message) => string.Concat(message.Take(200).Select(letter => char.IsControl(letter) ? '?' : letter));

    static string Text(JsonObject json, string name) => json[name] is System.Text.Json.Nodes.JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : "";

    static string At(int number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"line {number}");
}

/// <summary>What a scan sent.</summary>
sealed class ScanContent
{
    /// <summary>Findings.</summary>
    public List<NewFinding> Findings { get; } = [];

    /// <summary>What could not be judged.</summary>
    public List<Doubt> Doubts { get; } = [];

    /// <summary>What could not be read.</summary>
    public List<RejectedEntry> RejectedEntries { get; } = [];

    /// <summary>How many there are of all.</summary>
    public int Count => Findings.Count + Doubts.Count + RejectedEntries.Count;
}
