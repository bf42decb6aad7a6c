namespace Davy.Benchmarks.Generation;

/// <summary>Entries of the services that a log is full of: storage, BigQuery, Kubernetes, and the rest. None concerns Cloud Run.</summary>
/// <remarks>Synthetic; the shape is that of https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog.</remarks>
static class OtherServices
{
    /// <summary>Each template as often as its entries come among a thousand.</summary>
    public static Template[] Mix { get; } =
    [
        .. Many(260, "storage.googleapis.com", "storage.objects.get", "projects/_/buckets/«project»-«word»/objects/«path»", "gcs_bucket", "data_access", """
            "resourceLocation":{"currentLocations":["«region»"]},"serviceData":{},"metadata":{"attributes":[«attributes»]}
            """),
        .. Many(90, "storage.googleapis.com", "storage.objects.create", "projects/_/buckets/«project»-«word»/objects/«path»", "gcs_bucket", "data_access", """
            "resourceLocation":{"currentLocations":["«region»"]},"metadata":{"objectSize":"«number»","attributes":[«attributes»]}
            """),
        .. Many(150, "bigquery.googleapis.com", "google.cloud.bigquery.v2.JobService.InsertJob", "projects/«project»/jobs/bquxjob_«hex»", "bigquery_project", "data_access", """
            "metadata":{"@type":"type.googleapis.com/google.cloud.audit.BigQueryAuditMetadata","jobChange":{"after":"DONE","job":{"jobName":"projects/«project»/jobs/bquxjob_«hex»","jobConfig":{"type":"QUERY","queryConfig":{
            "query":"«sql»","destinationTable":"projects/«project»/datasets/_«hex»/tables/anon«hex»","createDisposition":"CREATE_IF_NEEDED","writeDisposition":"WRITE_TRUNCATE","priority":"QUERY_INTERACTIVE","statementType":"SELECT"}},
            "jobStatus":{"jobState":"DONE"},"jobStats":{"createTime":"«time»","startTime":"«time»","endTime":"«received»","queryStats":{"totalProcessedBytes":"«number»«number»","totalBilledBytes":"«number»«number»","billingTier":1,
            "referencedTables":["projects/«project»/datasets/shop/tables/orders","projects/«project»/datasets/shop/tables/customers"],"outputRowCount":"«number»"},"totalSlotMs":"«number»"}}},"attributes":[«attributes»]}
            """),
        .. Many(70, "bigquery.googleapis.com", "google.cloud.bigquery.v2.TableDataService.List", "projects/«project»/datasets/shop/tables/«word»", "bigquery_dataset", "data_access", """
            "metadata":{"@type":"type.googleapis.com/google.cloud.audit.BigQueryAuditMetadata","tableDataRead":{"fields":["id","total","day"],"reason":"TABLEDATA_LIST_REQUEST","sessionName":"projects/«project»/locations/eu/sessions/«hex»«hex»"}}
            """),
        .. Many(120, "k8s.io", "io.k8s.coordination.v1.leases.update", "coordination.k8s.io/v1/namespaces/«word»/leases/«word»-«hex»", "k8s_cluster", "activity", """
            "request":{"@type":"coordination.k8s.io/v1.Lease","apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"«word»-«hex»","namespace":"«word»","resourceVersion":"«number»","uid":"«hex»-«hex»",
            "managedFields":[{"apiVersion":"coordination.k8s.io/v1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:acquireTime":{},"f:holderIdentity":{},"f:leaseDurationSeconds":{},"f:renewTime":{}}},"manager":"«word»","operation":"Update","time":"«time»"}]},
            "spec":{"holderIdentity":"«word»-«hex»","leaseDurationSeconds":15,"leaseTransitions":«number»,"renewTime":"«time»"}},"response":{"@type":"coordination.k8s.io/v1.Lease","metadata":{"name":"«word»-«hex»","resourceVersion":"«number»"}}
            """),
        .. Many(50, "k8s.io", "io.k8s.core.v1.pods.create", "core/v1/namespaces/«word»/pods/«word»-«hex»", "k8s_cluster", "activity", """
            "request":{"@type":"core.k8s.io/v1.Pod","apiVersion":"v1","kind":"Pod","metadata":{"generateName":"«word»-","labels":{"app":"«word»","pod-template-hash":"«hex»"}},"spec":{"containers":[{"name":"«word»","image":"europe-docker.pkg.dev/«project»/apps/«word»:1.«number»",
            "env":[{"name":"MODE","value":"«word»"},{"name":"NOTE","value":"«prose»"}],"resources":{"limits":{"cpu":"1","memory":"512Mi"}},"args":["--log=info","--shard=«number»"]}],"restartPolicy":"Always","serviceAccountName":"«word»"}},
            "response":{"@type":"core.k8s.io/v1.Pod","metadata":{"name":"«word»-«hex»","namespace":"«word»","uid":"«hex»-«hex»"},"status":{"phase":"Pending","qosClass":"Burstable"}}
            """),
        .. Many(4, "k8s.io", "io.k8s.core.v1.configmaps.patch", "core/v1/namespaces/«word»/configmaps/«word»", "k8s_cluster", "activity", """
            "request":{"@type":"core.k8s.io/v1.ConfigMap","apiVersion":"v1","kind":"ConfigMap","data":{"app.properties":"shards=«number»\nmode=«word»\n","note":"«prose»"},"metadata":{"name":"«word»","namespace":"«word»"}}
            """),
        .. Many(70, "iamcredentials.googleapis.com", "GenerateAccessToken", "projects/-/serviceAccounts/«number»", "service_account", "data_access", """
            "request":{"@type":"type.googleapis.com/google.iam.credentials.v1.GenerateAccessTokenRequest","name":"projects/-/serviceAccounts/«word»@«project».iam.gserviceaccount.com","scope":["https://www.googleapis.com/auth/cloud-platform"]},"metadata":{"identityDelegationChain":["projects/-/serviceAccounts/«number»"]}
            """),
        .. Many(20, "cloudresourcemanager.googleapis.com", "SetIamPolicy", "projects/«project»", "project", "activity", """
            "request":{"@type":"type.googleapis.com/google.iam.v1.SetIamPolicyRequest","policy":{"bindings":[{"role":"roles/run.invoker","members":["user:«person»"]},{"role":"roles/viewer","members":["group:sec@example.com","user:«person»"],"condition":{"title":"«word»","expression":"request.time \u003c timestamp(\"2026-12-31T00:00:00Z\")"}}],"etag":"«hex»"}},
            "serviceData":{"@type":"type.googleapis.com/google.iam.v1.logging.AuditData","policyDelta":{"bindingDeltas":[{"action":"ADD","role":"roles/viewer","member":"user:«person»"}]}}
            """),
        .. Many(50, "compute.googleapis.com", "v1.compute.instances.insert", "projects/«project»/zones/«region»-b/instances/«word»-«number»", "gce_instance", "activity", """
            "request":{"@type":"type.googleapis.com/compute.instances.insert","name":"«word»-«number»","machineType":"projects/«project»/zones/«region»-b/machineTypes/e2-standard-4","disks":[{"boot":true,"autoDelete":true,"initializeParams":{"sourceImage":"projects/debian-cloud/global/images/family/debian-12"}}],
            "networkInterfaces":[{"network":"projects/«project»/global/networks/default","accessConfigs":[{"name":"External NAT"}]}],"labels":[{"key":"team","value":"«word»"}],"description":"«prose»"},
            "response":{"@type":"type.googleapis.com/operation","id":"«number»«number»","operationType":"insert","progress":"0","status":"RUNNING","selfLink":"https://www.googleapis.com/compute/v1/projects/«project»/zones/«region»-b/operations/operation-«hex»"}
            """),
        .. Many(60, "cloudkms.googleapis.com", "Decrypt", "projects/«project»/locations/«region»/keyRings/«word»/cryptoKeys/«word»", "cloudkms_cryptokey", "data_access", """
            "request":{"@type":"type.googleapis.com/google.cloud.kms.v1.DecryptRequest","name":"projects/«project»/locations/«region»/keyRings/«word»/cryptoKeys/«word»"},"response":{"@type":"type.googleapis.com/google.cloud.kms.v1.DecryptResponse"},"resourceLocation":{"currentLocations":["«region»"]}
            """),
        .. Many(30, "secretmanager.googleapis.com", "google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion", "projects/«projectnumber»/secrets/«word»/versions/latest", "audited_resource", "data_access", """
            "request":{"@type":"type.googleapis.com/google.cloud.secretmanager.v1.AccessSecretVersionRequest","name":"projects/«project»/secrets/«word»/versions/latest"}
            """),
        .. Many(25, "cloudsql.googleapis.com", "cloudsql.instances.query", "projects/«project»/instances/«word»", "cloudsql_database", "data_access", """
            "request":{"@type":"type.googleapis.com/google.cloud.sql.audit.v1.PgAuditEntry","auditClass":"READ","auditType":"SESSION","chunkCount":"1","chunkIndex":"1","command":"SELECT","database":"«word»","parameter":"[not logged]","statement":"«sql»","statementId":«number»,"substatementId":1,"user":"«person»"}
            """),
        .. Many(1, "serviceusage.googleapis.com", "google.api.serviceusage.v1.ServiceUsage.BatchEnableServices", "projects/«projectnumber»/services/[run.googleapis.com,storage.googleapis.com]", "audited_resource", "activity", """
            "request":{"@type":"type.googleapis.com/google.api.serviceusage.v1.BatchEnableServicesRequest","parent":"projects/«project»","serviceIds":["run.googleapis.com","storage.googleapis.com"]}
            """),
    ];

    /// <summary>An entry around its payload, as a sink writes it.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="method">The method.</param>
    /// <param name="resource">The resource's name.</param>
    /// <param name="type">The type of the monitored resource.</param>
    /// <param name="log">The audit log.</param>
    /// <param name="rest">The rest of the payload.</param>
    static Template Entry(string service, string method, string resource, string type, string log, string rest) => new($$$"""
        {"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","status":{},
        "authenticationInfo":{"principalEmail":"«person»","principalSubject":"user:«person»","serviceAccountKeyName":"//iam.googleapis.com/projects/«project»/serviceAccounts/«word»@«project».iam.gserviceaccount.com/keys/«hex»«hex»"},
        "requestMetadata":{"callerIp":"«ip»","callerSuppliedUserAgent":"«agent»","requestAttributes":{"time":"«time»","auth":{}},"destinationAttributes":{}},
        "serviceName":"{{{service}}}","methodName":"{{{method}}}","authorizationInfo":[«permissions»],"resourceName":"{{{resource}}}",{{{rest.Trim()}}}},
        "insertId":"«insertid»","resource":{"type":"{{{type}}}","labels":{"project_id":"«project»","location":"«region»","method":"{{{method}}}","service":"{{{service}}}"}},
        "timestamp":"«time»","severity":"INFO","logName":"projects/«project»/logs/cloudaudit.googleapis.com%2F{{{log}}}","receiveTimestamp":"«received»"}
        """);

    static IEnumerable<Template> Many(int count, string service, string method, string resource, string type, string log, string rest) =>
        Enumerable.Repeat(Entry(service, method, resource, type, log, rest), count);
}
