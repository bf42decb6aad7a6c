using System.Text;
using Davy.CloudRun;
using Davy.Findings;
using Davy.Indicators;
using Davy.Inspection;
using Davy.Logs;
using Davy.Reports;

namespace Davy.Tests.Reports;

/// <summary>Findings and what stands around them, for tests of reports.</summary>
static class SomeFinding
{
    public const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    public static readonly EntryIdentity Entry = new("projects/acme-prod/logs/cloudaudit.googleapis.com%2Fsystem_event", "1a2b3c4d5e",
        Time("2025-05-06T01:05:31.417999Z"), "/Services.ReplaceService", AuditLogKind.SystemEvent);

    public static readonly Actor Dev = new()
    {
        Principal = "dev@example.com",
        Subject = "user:dev@example.com",
        CallerIp = "203.0.113.7",
        UserAgent = "google-cloud-sdk gcloud/583.0.0",
        ServiceAccountKey = "//iam.googleapis.com/projects/acme-prod/serviceAccounts/ci/keys/1",
        Basis = ActorBasis.Operation,
    };

    public static readonly Ancestry Ancestry = new(
    [
        new ProjectAncestry
        {
            Number = "444444444444",
            Id = "acme-prod",
            DisplayName = "Acme production",
            Folders = [new("333333333333", "Europe"), new("222222222222", "Shops")],
            Organization = "111111111111",
            OrganizationDisplayName = "example.com",
            SecurityContacts = ["security@example.com"],
        },
    ]);

    /// <summary>All that a finding can tell.</summary>
    public static Finding Full { get; } = new()
    {
        Id = "0123456789abcdef0123456789abcdef",
        Category = "Execution: Cryptomining Docker Image",
        Rule = "cloud_run_cryptomining_docker_images",
        Tactic = "EXECUTION",
        Technique = "DEPLOY_CONTAINER",
        TechniquePage = "https://attack.mitre.org/techniques/T1610/",
        Resource = new(ResourceKind.Service, "acme-prod", "us-central1", "shop"),
        ProjectNumber = "444444444444",
        Match = new()
        {
            Certainty = Certainty.Possible,
            Indicator = "docker.io/metal3d/xmrig",
            Kind = IndicatorKind.Miner,
            List = "known-miners 2026-11-24",
            Family = "xmrig",
            FirstReported = "2021-11",
            Sources = [new("A report of miners", "https://example.com/report")],
            Transformation = "mirror.gcr.io is a mirror of docker.io",
            WhyPossible = "the annotation client.knative.dev/user-image alone names it",
            Place = "protoPayload.response.spec.template.spec.containers[0].image",
            Repository = "docker.io/metal3d/xmrig",
            Evidence = [new("pool-flag", "-o pool.example:3333", "protoPayload.response.spec.template.spec.containers[0].args[1]")],
        },
        Inspections =
        [
            new()
            {
                Image = "mirror.gcr.io/metal3d/xmrig@" + Digest,
                IsByDigest = true,
                Verdict = ImageVerdict.Miner,
                Score = 7,
                Manifest = Davy.Images.Digest.Compute([1]),
                WhyNot = "A layer lies elsewhere.",
                Evidence =
                [
                    new()
                    {
                        Kind = EvidenceKind.Program,
                        Role = EvidenceRole.Runs,
                        Points = 7,
                        Place = "/usr/bin/tool.gz",
                        Member = "tool",
                        Layer = new(1, Davy.Images.Digest.Compute([2])),
                        File = Davy.Images.Digest.Compute([3]),
                        Signs = [new("donate-level", SignalWeight.Strong, "--donate-level", 4711, 3, [new("A README", "https://example.com/readme")])],
                        Why = "It carries texts that only miners have.",
                    },
                ],
            },
        ],
        Containers = [new("app", "mirror.gcr.io/metal3d/xmrig:latest", "mirror.gcr.io/metal3d/xmrig@" + Digest)],
        Evidence = [Entry, Entry with { InsertId = "6f7a8b9c0d", Timestamp = Time("2025-05-06T01:05:33Z") }],
        EvidenceCount = 2,
        Representative = Entry,
        Occurrences =
        [
            new()
            {
                Id = "5d1f2c3b-0000-4000-8000-000000000001",
                Revision = "shop-00002-abc",
                Digest = Digest,
                First = Entry.Timestamp,
                Last = Time("2025-05-06T01:05:33Z"),
                Actor = Dev,
                Client = "gcloud 583.0.0",
                ServiceAccount = "shop@acme-prod.iam.gserviceaccount.com",
            },
            new() { Id = "shop-00003-def", First = Time("2025-05-07T10:00:00Z"), WhyNoActor = "no activity entry was seen", FailedToStart = true },
        ],
        OccurrenceCount = 2,
        DeletedAt = Time("2025-05-08T09:00:00Z"),
        ResourceDeleted = true,
        History = new("europe-docker.pkg.dev/acme-prod/shop/web:1.4", Time("2025-04-01T08:00:00Z"), "ci@acme-prod.iam.gserviceaccount.com", 1),
        Location = new("logs/may.jsonl", 12, 4096),
    };

    /// <summary>As little as a finding can tell.</summary>
    public static Finding Bare { get; } = new()
    {
        Id = "fedcba9876543210fedcba9876543210",
        Category = "Execution: Cryptomining Docker Image",
        Rule = "cloud_run_cryptomining_docker_images",
        Tactic = "EXECUTION",
        Technique = "DEPLOY_CONTAINER",
        TechniquePage = "https://attack.mitre.org/techniques/T1610/",
        Resource = new(ResourceKind.Job, "", "", "nightly"),
        Match = new() { Certainty = Certainty.Certain, Indicator = "docker.io/metal3d/xmrig", List = "known-miners", Place = "spec" },
        Containers = [new("", "", "")],
        Evidence = [new("", "", null, "", AuditLogKind.Inventory)],
        EvidenceCount = 1,
        Representative = new("", "", null, "", AuditLogKind.Inventory),
        Occurrences = [],
        OccurrenceCount = 0,
    };

    public static readonly Doubt Doubt = new(DoubtKind.UnreadableReference, "docker.io/UPPER", "The reference docker.io/UPPER has upper-case letters.", new("logs/may.jsonl", 3, 100))
    {
        Project = "acme-prod",
    };

    public static ReportOptions Known { get; } = new() { Ancestry = Ancestry, ConsoleUri = "https://davy.example.com/", DavyVersion = "0.1.0" };

    public static Timestamp Time(string text) => Timestamp.TryParse(text, out var moment) ? moment : throw new ArgumentException($"'{text}' is no moment.", nameof(text));

    public static string Written(IReport report, params IReadOnlyList<Finding> findings) => Written(report, findings, []);

    public static string Written(IReport report, IReadOnlyList<Finding> findings, IReadOnlyList<Doubt> doubts)
    {
        using var output = new MemoryStream();
        report.Write(findings, doubts, output);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
