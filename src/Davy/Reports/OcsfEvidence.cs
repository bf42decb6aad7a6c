using System.Net;
using System.Text.Json;
using Davy.CloudRun;
using Davy.Findings;
using Davy.Images;

namespace Davy.Reports;

/// <summary>What an OCSF finding shows: the resources, an evidence a matched container, and the observables that a store is searched by.</summary>
static class OcsfEvidence
{
    // Types of observables (https://schema.ocsf.io/1.8.0/objects/observable).
    const int IpAddress = 2;
    const int EmailAddress = 5;
    const int Hash = 8;
    const int ResourceUid = 10;
    const int UserAgent = 16;
    const int Other = 99;

    public static void Write(Utf8JsonWriter json, Finding finding, FindingNames names)
    {
        json.WriteStartArray("resources");
        Resource(json, names);
        if (names.FullProject != "") Project(json, names);
        json.WriteEndArray();

        json.WriteStartArray("evidences");
        foreach (var container in finding.Containers) Evidence(json, finding, names, container);
        if (finding.Containers.Count == 0) Evidence(json, finding, names, null);
        json.WriteEndArray();

        json.WriteStartArray("observables");
        Observable(json, ResourceUid, "Resource UID", "resources[0].uid", names.Resource.FullName);
        Observable(json, EmailAddress, "Email Address", "evidences[0].actor.user.email_addr", Email(finding.Actor));
        Observable(json, IpAddress, "IP Address", "evidences[0].src_endpoint.ip", Ip(finding.Actor));
        Observable(json, UserAgent, "HTTP User-Agent", "evidences[0].http_request.user_agent", finding.Actor?.UserAgent ?? "");
        for (var at = 0; at < finding.Containers.Count; at++)
        {
            var image = finding.Containers[at].ImageId;
            Observable(json, Other, "Container Image", $"evidences[{at}].container.image.uid", image);
            Observable(json, Hash, "Hash", $"evidences[{at}].container.hash.value", Sha256(image));
        }

        json.WriteEndArray();
    }

    static void Evidence(Utf8JsonWriter json, Finding finding, FindingNames names, MatchedContainer? container)
    {
        json.WriteStartObject();
        if (finding.Representative.Method != "")
        {
            json.WriteStartObject("api");
            json.WriteString("operation", finding.Representative.Method);
            json.WriteStartObject("service");
            json.WriteString("name", "run.googleapis.com");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (finding.Actor is { } actor) Actor(json, actor);

        // An evidence must show at least one of its parts, and this one is always known.
        json.WriteStartArray("resources");
        Resource(json, names);
        json.WriteEndArray();

        if (container is not null) Container(json, names, container);
        json.WriteEndObject();
    }

    static void Actor(Utf8JsonWriter json, Actor actor)
    {
        if (actor.Principal != "" || actor.Subject != "")
        {
            json.WriteStartObject("actor");
            json.WriteStartObject("user");
            json.Known("name", actor.Principal);
            json.Known("email_addr", Email(actor));
            json.Known("uid", actor.Subject);
            json.Known("credential_uid", actor.ServiceAccountKey);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (Ip(actor) is var ip and not "")
        {
            json.WriteStartObject("src_endpoint");
            json.WriteString("ip", ip);
            json.WriteEndObject();
        }

        if (actor.UserAgent != "")
        {
            json.WriteStartObject("http_request");
            json.WriteString("user_agent", actor.UserAgent);
            json.WriteEndObject();
        }
    }

    static void Container(Utf8JsonWriter json, FindingNames names, MatchedContainer container)
    {
        json.WriteStartObject("container");

        // The schema wants a name; a container without one goes by its resource's.
        json.WriteString("name", container.Name != "" ? container.Name : names.Resource.Name);
        if (container.ImageId != "")
        {
            json.WriteStartObject("image");
            json.WriteString("uid", container.ImageId);
            json.Known("name", container.Uri);
            json.WriteEndObject();
        }

        if (Sha256(container.ImageId) is var hex and not "")
        {
            json.WriteStartObject("hash");
            json.WriteString("algorithm", "SHA-256");
            json.WriteNumber("algorithm_id", 3);
            json.WriteString("value", hex);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    static void Resource(Utf8JsonWriter json, FindingNames names)
    {
        json.WriteStartObject();
        json.WriteString("uid", names.Resource.FullName);
        json.Known("name", names.Resource.Name);
        json.WriteString("type", names.Resource.Kind switch
        {
            ResourceKind.Service => "run.googleapis.com/Service",
            ResourceKind.Job => "run.googleapis.com/Job",
            ResourceKind.WorkerPool => "run.googleapis.com/WorkerPool",
            _ => "run.googleapis.com/Instance",
        });
        json.Known("region", names.Resource.Location);
        json.WriteEndObject();
    }

    static void Project(Utf8JsonWriter json, FindingNames names)
    {
        json.WriteStartObject();
        json.WriteString("uid", names.FullProject);
        json.Known("name", names.ProjectDisplayName);
        json.WriteString("type", "google.cloud.resourcemanager.Project");
        json.WriteEndObject();
    }

    static void Observable(Utf8JsonWriter json, int type, string title, string name, string value)
    {
        if (value == "") return;

        json.WriteStartObject();
        json.WriteNumber("type_id", type);
        json.WriteString("type", title);
        json.WriteString("name", name);
        json.WriteString("value", value);
        json.WriteEndObject();
    }

    /// <summary>The principal, where it is an address at all: workforce identities and redacted ones are none.</summary>
    static string Email(Actor? actor) =>
        actor?.Principal is { } principal && principal.Split('@') is [{ Length: > 0 }, { Length: > 0 }] && !principal.Any(char.IsWhiteSpace) ? principal : "";

    /// <summary>The caller's address, where it is one: the log also says <c>private</c>. A bare number would parse as an address too.</summary>
    static string Ip(Actor? actor) =>
        actor?.CallerIp is { } ip && ip.AsSpan().ContainsAny('.', ':') && IPAddress.TryParse(ip, out var address) ? address.ToString() : "";

    static string Sha256(string imageId) =>
        imageId.LastIndexOf('@') is var at and >= 0 && Digest.TryParse(imageId.AsSpan(at + 1), out var digest) && !digest.IsSha512 ? digest.Hex : "";
}
