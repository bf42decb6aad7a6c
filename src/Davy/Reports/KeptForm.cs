using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.CloudRun;
using Davy.Findings;

namespace Davy.Reports;

/// <summary>A finding as the store keeps it: the published form, made a document of Security Command Center's API v2.</summary>
public static class KeptForm
{
    static readonly JsonDocumentOptions Deep = new() { MaxDepth = 64 };

    /// <summary>What the published form has and the API's message does not.</summary>
    public static IReadOnlyList<string> OfTheFormAlone { get; } = ["findingProviderId", "dataProtectionKeyGovernance"];

    /// <summary>What only the store and the people who triage say.</summary>
    public static IReadOnlyList<string> OfTheStore { get; } =
        ["name", "parent", "canonicalName", "createTime", "state", "mute", "muteInfo", "muteUpdateTime", "muteInitiator", "securityMarks", "externalSystems"];

    /// <summary>The finding.</summary>
    /// <param name="finding">What was found.</param>
    /// <param name="options">Ancestry, source and times.</param>
    /// <returns>Null for one without a project, which has no name.</returns>
    public static NewFinding? Of(Finding finding, ReportOptions options)
    {
        if (!FindingName.TryParse(new FindingNames(finding, options).Name, out var name)) return null;

        using MemoryStream text = new();
        using (var json = JsonWriting.Line(text)) PublishedForm.Write(json, finding, options);
        var published = JsonNode.Parse(text.GetBuffer().AsSpan(0, (int)text.Length), documentOptions: Deep)!.AsObject();
        var document = published["finding"]!.AsObject();
        foreach (var member in OfTheFormAlone.Concat(OfTheStore)) document.Remove(member);
        document["parentDisplayName"] = "Davy";
        var properties = published["sourceProperties"];
        published.Remove("sourceProperties");
        document["sourceProperties"] = properties;
        return new(name, new(document.ToJsonString(), published["resource"]!.ToJsonString()));
    }

    /// <summary>An actor as it stands in a finding; what a caller says of himself is cut where it is long.</summary>
    internal static string Text(Actor actor)
    {
        const int Longest = 1_000;
        static string Cut(string said) => KeptText.Of(said.Length > Longest ? said[..Longest] : said);
        return Text(json => FindingJson.ActorObject(json, actor with
        {
            Principal = Cut(actor.Principal),
            Subject = Cut(actor.Subject),
            CallerIp = Cut(actor.CallerIp),
            UserAgent = Cut(actor.UserAgent),
            ServiceAccountKey = Cut(actor.ServiceAccountKey),
        }));
    }

    /// <summary>What ran before, as it stands in a finding.</summary>
    internal static string Text(ResourceHistory history) => Text(json => FindingJson.HistoryObject(json, history));

    /// <summary>An entry that shows a finding, as it stands among its <c>logEntries</c> and among its <c>evidence</c>.</summary>
    internal static (string LogEntry, string Evidence) Text(EntryIdentity entry, string projectId) =>
        (Text(json => PublishedFinding.LogEntry(json, entry)), Text(json => PublishedSourceProperties.Evidence(json, entry, projectId)));

    static string Text(Action<Utf8JsonWriter> write)
    {
        using MemoryStream text = new();
        using (var json = JsonWriting.Line(text)) write(json);
        return System.Text.Encoding.UTF8.GetString(text.GetBuffer().AsSpan(0, (int)text.Length));
    }
}
