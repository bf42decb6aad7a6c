namespace Davy.Tests.Reports;

/// <summary>The published form with values of ours, and the lists of keys that may be added to it or be missing from it.</summary>
static class PublishedShape
{
    public const string Text = """
        {
          "finding": {
            "access": { "callerIpGeo": {}, "serviceName": "run.googleapis.com", "methodName": "/Services.DeleteService" },
            "application": {}, "attackExposure": {},
            "canonicalName": "projects/444444444444/sources/1815/locations/global/findings/0123456789abcdef0123456789abcdef",
            "category": "Execution: Cryptomining Docker Image",
            "chokepoint": {}, "cloudDlpDataProfile": {}, "cloudDlpInspection": {},
            "contacts": { "security": { "contacts": [ { "email": "security@example.com" } ] } },
            "containers": [
              { "imageId": "docker.io/metal3d/xmrig@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "createTime": "1970-01-01T00:00:00Z" }
            ],
            "createTime": "2025-05-06T01:06:10.340Z",
            "database": {}, "dataProtectionKeyGovernance": {},
            "eventTime": "2025-05-06T01:06:09.037Z",
            "exfiltration": {},
            "findingClass": "THREAT",
            "findingProviderId": "organizations/111111111111/firstPartyFindingProviders/etd",
            "indicator": {}, "kernelRootkit": {}, "kubernetes": {},
            "logEntries": [
              {
                "cloudLoggingEntry": {
                  "insertId": "1a2b3c4d5e", "logId": "cloudaudit.googleapis.com/system_event",
                  "resourceContainer": "projects/acme-prod", "timestamp": "2025-05-06T01:05:31.417999Z"
                }
              }
            ],
            "mitreAttack": { "primaryTactic": "EXECUTION", "primaryTechniques": [ "DEPLOY_CONTAINER" ] },
            "mute": "UNDEFINED",
            "muteInfo": { "staticMute": { "state": "UNDEFINED", "applyTime": "1970-01-01T00:00:00Z" } },
            "muteUpdateTime": "1970-01-01T00:00:00Z",
            "name": "organizations/111111111111/sources/1815/locations/global/findings/0123456789abcdef0123456789abcdef",
            "parent": "organizations/111111111111/sources/1815/locations/global",
            "parentDisplayName": "Event Threat Detection",
            "resourceName": "//cloudresourcemanager.googleapis.com/projects/444444444444",
            "securityPosture": {},
            "severity": "HIGH",
            "state": "ACTIVE",
            "vulnerability": {}, "externalSystems": {}
          },
          "resource": {
            "name": "//cloudresourcemanager.googleapis.com/projects/444444444444",
            "displayName": "Acme production",
            "type": "google.cloud.resourcemanager.Project",
            "cloudProvider": "GOOGLE_CLOUD_PLATFORM",
            "service": "cloudresourcemanager.googleapis.com",
            "gcpMetadata": {
              "project": "//cloudresourcemanager.googleapis.com/projects/444444444444",
              "projectDisplayName": "Acme production",
              "parent": "//cloudresourcemanager.googleapis.com/folders/333333333333",
              "parentDisplayName": "Europe",
              "folders": [
                { "resourceFolder": "//cloudresourcemanager.googleapis.com/folders/333333333333", "resourceFolderDisplayName": "Europe" },
                { "resourceFolder": "//cloudresourcemanager.googleapis.com/folders/222222222222", "resourceFolderDisplayName": "Shops" }
              ],
              "organization": "organizations/111111111111"
            },
            "resourcePath": {
              "nodes": [
                { "nodeType": "GCP_PROJECT", "id": "projects/444444444444", "displayName": "Acme production" },
                { "nodeType": "GCP_FOLDER", "id": "folders/333333333333", "displayName": "Europe" },
                { "nodeType": "GCP_FOLDER", "id": "folders/222222222222", "displayName": "Shops" },
                { "nodeType": "GCP_ORGANIZATION", "id": "organizations/111111111111" }
              ]
            },
            "resourcePathString": "organizations/111111111111/folders/222222222222/folders/333333333333/projects/444444444444"
          },
          "sourceProperties": {
            "sourceId": { "projectNumber": "444444444444", "customerOrganizationNumber": "111111111111" },
            "detectionCategory": { "ruleName": "cloud_run_cryptomining_docker_images" },
            "detectionPriority": "HIGH",
            "affectedResources": [
              { "gcpResourceName": "//run.googleapis.com/namespaces/acme-prod/services/shop" },
              { "gcpResourceName": "//cloudresourcemanager.googleapis.com/projects/444444444444" }
            ],
            "evidence": [
              {
                "sourceLogId": {
                  "projectId": "acme-prod", "resourceContainer": "projects/acme-prod",
                  "timestamp": { "seconds": "1746493531", "nanos": 417999000 },
                  "insertId": "1a2b3c4d5e", "logId": "cloudaudit.googleapis.com/system_event"
                }
              }
            ],
            "properties": {},
            "findingId": "0123456789abcdef0123456789abcdef",
            "contextUris": {
              "mitreUri": { "displayName": "MITRE Link", "url": "https://attack.mitre.org/techniques/T1610/" },
              "cloudLoggingQueryUri": [ { "displayName": "Cloud Logging Query Link", "url": "LINK_TO_LOG_QUERY" } ],
              "relatedFindingUri": {}
            }
          }
        }
        """;

    /// <summary>The keys that Davy adds, all of them.</summary>
    public static IReadOnlyList<string> Added { get; } =
    [
        "finding.access.principalEmail", "finding.access.callerIp", "finding.access.userAgent",
        "finding.containers[].name", "finding.containers[].uri",
        "finding.description", "finding.externalUri", "finding.nextSteps",
        .. Below("detector", "name", "version"),
        .. Below("inspection"), .. Below("inspection[]", "image", "askedBy", "verdict", "score", "manifest", "whyNot", "remark", "evidence", "evidence[]"),
        .. Below("inspection[].evidence[]", "kind", "role", "points", "place", "member", "layerIndex", "layer", "sha256", "why", "signs", "signs[]").Skip(1),
        .. Below("inspection[].evidence[].signs[]", "id", "strength", "text", "offset", "line", "sources", "sources[]").Skip(1),
        .. Below("match", "certainty", "kind", "foundBy", "indicator", "list", "family", "firstReported", "reporters", "reporters[]", "reporters[].title", "reporters[].where",
            "transformation", "whyPossible", "place", "repository", "evidence", "evidence[]", "evidence[].signal", "evidence[].text", "evidence[].place"),
        .. Below("resource", "kind", "name", "location", "project", "projectNumber"),
        Own + "resourceDeleted", Own + "resourceDeletedAt",
        .. Below("occurrences", "count", "first", "last", "list", "list[]"),
        .. Below("occurrences.list[].actor", "principal", "subject", "callerIp", "userAgent", "serviceAccountKey", "basis"),
        .. new[] { "id", "revision", "digest", "first", "last", "whyNoActor", "client", "serviceAccount", "failedToStart" }.Select(key => $"{Own}occurrences.list[].{key}"),
        Own + "evidenceCount",
        .. Below("actor", "principal", "subject", "callerIp", "userAgent", "serviceAccountKey", "basis"),
        .. Below("history", "previousImage", "previousAt", "previousActor", "deploymentsByActor"),
        Own + "whyNoActor",
    ];

    /// <summary>The keys of the example that are missing where neither log nor ancestry tells anything.</summary>
    public static IReadOnlyList<string> Unknowable { get; } =
    [
        "finding.access.methodName", "finding.canonicalName", "finding.name", "finding.parent", "finding.resourceName", "finding.findingProviderId",
        "finding.contacts.security", "finding.contacts.security.contacts", "finding.contacts.security.contacts[]", "finding.contacts.security.contacts[].email",
        "finding.containers[].imageId",
        "finding.logEntries[]", "finding.logEntries[].cloudLoggingEntry",
        .. new[] { "insertId", "logId", "resourceContainer", "timestamp" }.Select(key => $"finding.logEntries[].cloudLoggingEntry.{key}"),
        "resource.name", "resource.displayName", "resource.resourcePathString",
        "resource.gcpMetadata.project", "resource.gcpMetadata.projectDisplayName", "resource.gcpMetadata.parent", "resource.gcpMetadata.parentDisplayName", "resource.gcpMetadata.organization",
        "resource.gcpMetadata.folders", "resource.gcpMetadata.folders[]",
        "resource.gcpMetadata.folders[].resourceFolder", "resource.gcpMetadata.folders[].resourceFolderDisplayName",
        "resource.resourcePath.nodes[]", "resource.resourcePath.nodes[].nodeType", "resource.resourcePath.nodes[].id", "resource.resourcePath.nodes[].displayName",
        "sourceProperties.sourceId.projectNumber", "sourceProperties.sourceId.customerOrganizationNumber",
        "sourceProperties.evidence[]", "sourceProperties.evidence[].sourceLogId",
        .. new[] { "projectId", "resourceContainer", "timestamp", "timestamp.seconds", "timestamp.nanos", "insertId", "logId" }.Select(key => $"sourceProperties.evidence[].sourceLogId.{key}"),
        "sourceProperties.contextUris.cloudLoggingQueryUri[]", "sourceProperties.contextUris.cloudLoggingQueryUri[].displayName", "sourceProperties.contextUris.cloudLoggingQueryUri[].url",
    ];

    const string Own = "sourceProperties.properties.";

    static IEnumerable<string> Below(string key, params string[] keys) => [Own + key, .. keys.Select(each => $"{Own}{key}.{each}")];
}
