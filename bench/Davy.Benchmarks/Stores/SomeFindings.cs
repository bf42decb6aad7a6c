using System.Globalization;
using Davy.Findings;

namespace Davy.Benchmarks.Stores;

/// <summary>Findings by their number, the same each time: 3 KB each, 1,000 projects, mostly active, high and of one category.</summary>
static class SomeFindings
{
    public const string SourceId = "davy";

    const long FirstSecond = 1_760_000_000;

    static readonly string Evidence = string.Join(',', Enumerable.Range(0, 6).Select(place =>
        $$"""{"cloudLoggingEntry":{"insertId":"17vwmbid{{place}}k4{{place}}","logId":"cloudaudit.googleapis.com/system_event","resourceContainer":"projects/acme-production","timestamp":"2026-01-10T09:00:0{{place}}.417999Z"} }"""));

    static readonly string Steps = string.Concat(Enumerable.Repeat("Review the image and the deployment; what you stop may be in use. ", 8));

    public static int Project(int number) => number % 1_000;

    public static string Actor(int number) => $"user{number % 500}@example.com";

    public static long Nanos(int number) => (FirstSecond + (number * 7L)) * 1_000_000_000;

    public static NewFinding New(int number)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{(uint)number * 2_654_435_761u:x8}{number:x24}");
        var project = Project(number);
        var moment = DateTimeOffset.FromUnixTimeSeconds(FirstSecond + (number * 7L)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var category = (number % 10) switch { < 6 => "Execution: Cryptomining Docker Image", < 9 => "Impact: Cryptomining Commands", _ => $"Category {number % 97}" };
        var severity = (number % 10) switch { 7 => "LOW", 8 => "MEDIUM", _ => "HIGH" };
        return new(new("organizations/1", SourceId, id), new(
            $$"""
            {"category":"{{category}}","severity":"{{severity}}","eventTime":"{{moment}}","findingClass":"THREAT","resourceName":"//cloudresourcemanager.googleapis.com/projects/{{project}}/{{number}}","access":{"principalEmail":"{{Actor(number)}}","callerIp":"192.0.2.66","userAgent":"google-cloud-sdk gcloud/500.0.0","serviceName":"run.googleapis.com","methodName":"/Services.ReplaceService"},"containers":[{"name":"web","uri":"docker.io/example/miner:latest","imageId":"docker.io/example/miner@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}],"nextSteps":"{{Steps}}","logEntries":[{{Evidence}}],"sourceProperties":{"properties":{"detector":{"name":"Davy","version":"0.1.0"},"resource":{"kind":"service","name":"svc{{number}}","location":"us-central1","project":"project-{{project}}"},"match":{"certainty":"certain","kind":"miner","indicator":"docker.io/example/miner"},"occurrences":{"count":1,"first":"{{moment}}","last":"{{moment}}","list":[{"id":"op{{number}}","digest":"sha256:0123456789abcdef","actor":{"principal":"{{Actor(number)}}"},"first":"{{moment}}","last":"{{moment}}"}]},"evidenceCount":6} } }
            """,
            $$"""
            {"name":"//cloudresourcemanager.googleapis.com/projects/{{project}}","type":"google.cloud.resourcemanager.Project","gcpMetadata":{"project":"//cloudresourcemanager.googleapis.com/projects/{{project}}","projectDisplayName":"project-{{project}}","folders":[{"resourceFolder":"//cloudresourcemanager.googleapis.com/folders/{{project % 20}}"}],"organization":"organizations/1"} }
            """));
    }
}
