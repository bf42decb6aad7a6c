namespace Davy.Benchmarks.Generation;

/// <summary>The entries that deployments to Cloud Run write: first the call, without containers, in the activity log; then the events of the system, which hold the image.</summary>
/// <remarks>Synthetic; the shapes are those of docs/glossary.md: a Knative Revision, Service and Execution.</remarks>
static class CloudRunEntries
{
    const string Containers = """
        "containers":[{"name":"«name»","image":"«repository»:1.«generation»","ports":[{"name":"http1","containerPort":8080}],"env":[{"name":"MODE","value":"«word»"},{"name":"NOTE","value":"«prose»"},{"name":"SHARD","value":"«number»"}],
        "args":["serve","--shard=«number»"],"resources":{"limits":{"cpu":"1000m","memory":"512Mi"}},"startupProbe":{"timeoutSeconds":240,"periodSeconds":240,"failureThreshold":1,"tcpSocket":{"port":8080}}}]
        """;

    const string Annotations = """
        "annotations":{"serving.knative.dev/creator":"«person»","serving.knative.dev/lastModifier":"«person»","run.googleapis.com/operation-id":"«operation»","run.googleapis.com/client-name":"gcloud","run.googleapis.com/client-version":"540.0.0","run.googleapis.com/ingress":"all"}
        """;

    /// <summary>The entries of a deployment of a service, in order of time.</summary>
    public static Template[] OfAService { get; } =
    [
        Call("Services.ReplaceService", "services", "run.services.update", "Service", "service"),
        Event("/Services.ReplaceService", "revisions/«name»-00001-«suffix»", "Revision", "Ready condition status changed to True for Revision «name»-00001-«suffix».", $$$"""
            "metadata":{"name":"«name»-00001-«suffix»","namespace":"«projectnumber»","generation":1,"creationTimestamp":"«time»","labels":{"serving.knative.dev/service":"«name»","serving.knative.dev/configuration":"«name»","cloud.googleapis.com/location":"«region»"},{{{Annotations}}}},
            "spec":{"containerConcurrency":80,"timeoutSeconds":300,"serviceAccountName":"«projectnumber»-compute@developer.gserviceaccount.com",{{{Containers}}}},
            "status":{"observedGeneration":1,"conditions":[{{{Condition("Ready")}}},{{{Condition("ContainerHealthy")}}},{{{Condition("ResourcesAvailable")}}}],"imageDigest":"«repository»@sha256:«digest»","containerStatuses":[{"name":"«name»","imageDigest":"«repository»@sha256:«digest»"}]}
            """, "cloud_run_revision", """{"project_id":"«project»","location":"«region»","service_name":"«name»","revision_name":"«name»-00001-«suffix»","configuration_name":"«name»"}"""),
        Event("/Services.ReplaceService", "services/«name»", "Service", "Ready condition status changed to True for Service «name».", $$$"""
            "metadata":{"name":"«name»","namespace":"«projectnumber»","generation":«generation»,"creationTimestamp":"2026-01-02T03:04:05.678901Z","labels":{"cloud.googleapis.com/location":"«region»"},{{{Annotations}}}},
            "spec":{"template":{"metadata":{"name":"«name»-00001-«suffix»","annotations":{"autoscaling.knative.dev/maxScale":"100"}},"spec":{"containerConcurrency":80,"timeoutSeconds":300,"serviceAccountName":"«projectnumber»-compute@developer.gserviceaccount.com",{{{Containers}}}}},"traffic":[{"latestRevision":true,"percent":100}]},
            "status":{"observedGeneration":«generation»,"conditions":[{{{Condition("Ready")}}},{{{Condition("ConfigurationsReady")}}},{{{Condition("RoutesReady")}}}],"latestCreatedRevisionName":"«name»-00001-«suffix»","url":"https://«name»-«projectnumber».«region».run.app"}
            """, "cloud_run_revision", """{"project_id":"«project»","location":"«region»","service_name":"«name»","revision_name":"","configuration_name":""}"""),
    ];

    /// <summary>The entries of a run of a job, in order of time.</summary>
    public static Template[] OfAJob { get; } =
    [
        Call("Jobs.RunJob", "jobs", "run.jobs.run", "Execution", "job"),
        Event("/Jobs.RunJob", "executions/«name»-«suffix»", "Execution", "Execution «name»-«suffix» has completed successfully.", $$$"""
            "metadata":{"name":"«name»-«suffix»","namespace":"«projectnumber»","generation":1,"creationTimestamp":"«time»","labels":{"run.googleapis.com/job":"«name»","run.googleapis.com/jobGeneration":"«generation»","cloud.googleapis.com/location":"«region»"},{{{Annotations}}},
            "ownerReferences":[{"kind":"Job","name":"«name»","uid":"«hex»-«hex»","apiVersion":"serving.knative.dev/v1","controller":true,"blockOwnerDeletion":true}]},
            "spec":{"parallelism":1,"taskCount":1,"template":{"spec":{{{{Containers}}},"maxRetries":0,"timeoutSeconds":"1800","serviceAccountName":"«projectnumber»-compute@developer.gserviceaccount.com"}}
            },
            "status":{"observedGeneration":1,"conditions":[{{{Condition("Completed")}}},{{{Condition("ResourcesAvailable")}}},{{{Condition("Started")}}}],"startTime":"«time»","completionTime":"«received»","succeededCount":1}
            """, "cloud_run_job", """{"project_id":"«project»","location":"«region»","job_name":"«name»"}"""),
    ];

    /// <summary>Whether an entry of this template holds containers; the call comes first and holds none.</summary>
    /// <param name="template">One of the above.</param>
    public static bool HoldsContainers(Template template) => template != OfAService[0] && template != OfAJob[0];

    static string Condition(string type) => $$$"""{"type":"{{{type}}}","status":"True","lastTransitionTime":"«time»"}""";

    static Template Call(string method, string collection, string permission, string kind, string noun) => new($$$"""
        {"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","status":{},"authenticationInfo":{"principalEmail":"«person»"},"requestMetadata":{"callerIp":"«ip»","callerSuppliedUserAgent":"«agent»","requestAttributes":{"time":"«time»","auth":{}},"destinationAttributes":{}},
        "serviceName":"run.googleapis.com","methodName":"google.cloud.run.v1.{{{method}}}","authorizationInfo":[{"permission":"{{{permission}}}","granted":true,"resource":"namespaces/«project»/{{{collection}}}/«name»","resourceAttributes":{}}],"resourceName":"namespaces/«project»/{{{collection}}}/«name»",
        "request":{"@type":"type.googleapis.com/google.cloud.run.v1.{{{method[(method.IndexOf('.', StringComparison.Ordinal) + 1)..]}}}Request","name":"namespaces/«project»/{{{collection}}}/«name»"},
        "response":{"@type":"type.googleapis.com/google.cloud.run.v1.{{{kind}}}","apiVersion":"serving.knative.dev/v1","kind":"{{{kind}}}","metadata":{"name":"«name»","namespace":"«projectnumber»","generation":«generation»,"labels":{"cloud.googleapis.com/location":"«region»"},{{{Annotations}}}},"spec":{"template":{"spec":{}}
        }}
        },
        "insertId":"«insertid»","resource":{"type":"cloud_run_{{{(noun == "job" ? "job" : "revision")}}}","labels":{"project_id":"«project»","location":"«region»","{{{noun}}}_name":"«name»"}},"timestamp":"«time»","severity":"NOTICE","logName":"projects/«project»/logs/cloudaudit.googleapis.com%2Factivity","receiveTimestamp":"«received»"}
        """);

    static Template Event(string method, string resource, string kind, string message, string response, string type, string labels) => new($$$"""
        {"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","status":{"message":"{{{message}}}"},"serviceName":"run.googleapis.com","methodName":"{{{method}}}","resourceName":"namespaces/«project»/{{{resource}}}",
        "response":{"@type":"type.googleapis.com/google.cloud.run.v1.{{{kind}}}","apiVersion":"serving.knative.dev/v1","kind":"{{{kind}}}",{{{response.Trim()}}}}},
        "insertId":"«insertid»","resource":{"type":"{{{type}}}","labels":{{{labels}}}},"timestamp":"«time»","severity":"INFO","logName":"projects/«project»/logs/cloudaudit.googleapis.com%2Fsystem_event","receiveTimestamp":"«received»"}
        """);
}
