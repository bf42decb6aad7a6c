using System.Text;

namespace Davy.Benchmarks.Generation;

/// <summary>What a template leaves open.</summary>
enum Slot
{
    /// <summary>The same within an entry, or within the entries of a deployment.</summary>
    Project, ProjectNumber, Region, Person, Ip, Agent, Name, Generation, Operation, Suffix, Repository, Digest,

    /// <summary>Of an entry.</summary>
    Time, Received, InsertId,

    /// <summary>Drawn anew wherever it stands.</summary>
    Hex, Number, Word, Path, Sql, Prose, Permissions, Attributes,
}

/// <summary>Who does what where, and with which image.</summary>
/// <param name="chance">Chance.</param>
sealed class Scene(Chance chance)
{
    static readonly byte[][] Regions = All("europe-west1", "us-central1", "us-east4", "asia-northeast1", "europe-north1");
    static readonly byte[][] Words = All("orders", "billing", "search", "cart", "invoice", "events", "daily", "export", "import", "cache", "audit", "report", "web", "api", "worker", "batch");
    static readonly byte[][] Projects = All("acme-shop", "acme-data", "acme-platform", "acme-ml", "acme-shop-staging", "acme-data-staging", "acme-security", "acme-sandbox");
    static readonly byte[][] People = All("ana@example.com", "ben@example.com", "chidi@example.com", "deploy@acme-platform.iam.gserviceaccount.com", "etl@acme-data.iam.gserviceaccount.com", "service-123456789012@container-engine-robot.iam.gserviceaccount.com", "josé.núñez@example.com");
    static readonly byte[][] Agents = All(
        "google-cloud-sdk gcloud/540.0.0 command/gcloud.storage.cp environment/None interactive/False python/3.12.8 term/ (Linux 6.1.0),gzip(gfe)",
        "google-api-go-client/0.5 gcsfuse/2.5.1 (GPN:gcsfuse) (Cfg:0:0:0),gzip(gfe)",
        "gcloud-python/2.18.0 gl-python/3.11.9 grpc/1.66.1 gax/2.19.2 gapic/2.18.0 gccl/2.18.0,gzip(gfe)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36,gzip(gfe)",
        "kube-controller-manager/v1.33.4 (linux/amd64) kubernetes/74cdb42/system:serviceaccount:kube-system:endpointslice-controller");

    // As Google's and Go's writers of JSON escape them: quotes and line ends, and the letters that HTML reserves.
    static readonly byte[][] Sql = All(
        """SELECT o.id, o.total, c.name\nFROM `acme-data.shop.orders` AS o\nJOIN `acme-data.shop.customers` AS c ON c.id = o.customer\nWHERE o.day \u003e= \"2026-01-01\" AND o.total \u003c 100\nORDER BY o.total DESC""",
        """MERGE `acme-data.shop.daily` AS t USING (SELECT day, SUM(total) AS total FROM `acme-data.shop.orders` GROUP BY day) AS s\nON t.day = s.day\nWHEN MATCHED THEN UPDATE SET total = s.total\nWHEN NOT MATCHED THEN INSERT (day, total) VALUES (s.day, s.total)""",
        """CREATE TEMP FUNCTION clean(s STRING) RETURNS STRING LANGUAGE js AS r\"\"\"\n\treturn s.replace(/\\\\s+/g, ' ').replace('\u0026amp;', '\u0026');\n\"\"\";\nSELECT clean(title) FROM `acme-data.web.pages`""");

    static readonly byte[][] Prose = All(
        "Permission 'storage.objects.list' denied on resource (or it may not exist).",
        """Überfällige Rechnungen für “Müller \u0026 Söhne”, Stand \\\\share\\q4\t(geprüft)""",
        """The caller asked for \u003cunknown\u003e; retry with exponential back-off. 🚦""",
        """caf\u00e9 cr\u00e8me — 請求書の再計算 \/ пересчёт счетов""");

    static readonly Template Permission = new("""{"resource":"projects/_/buckets/«project»-«word»/objects/«path»","permission":"«word».objects.get","granted":true,"resourceAttributes":{"service":"storage.googleapis.com","name":"projects/_/buckets/«project»-«word»","type":"storage.googleapis.com/Bucket"}}""");
    static readonly Template Attribute = new("""{"key":"«word»","value":{"stringValue":"«hex»«hex»","labels":{"«word»":"«word»","«word»-«number»":["«number»",«number»,null,true,{"note":"«prose»"}]},"updateTime":"«time»"}}""");

    int _project;
    byte[] _region = [];
    byte[] _person = [];
    byte[] _agent = [];
    int _host;
    int _name;
    ulong _operation;

    /// <summary>When the entry was written.</summary>
    public DateTime Time { get; set; }

    /// <summary>The repository of the miner that is deployed, without tag; null where the image is one of the project's own.</summary>
    public byte[]? Miner { get; set; }

    /// <summary>What tells a finding of this scene from others of the same kind of resource.</summary>
    public (int Project, byte[] Region, int Name, byte[]? Miner) Identity => (_project, _region, _name, Miner);

    /// <summary>Another scene.</summary>
    public void Change()
    {
        _project = chance.Below(Projects.Length);
        _region = chance.OneOf(Regions);
        _person = chance.OneOf(People);
        _agent = chance.OneOf(Agents);
        _host = chance.Below(250);
        _operation = chance.Bits();
        _name = chance.Below(100);
        Miner = null;
    }

    /// <summary>Fills a slot.</summary>
    /// <param name="slot">Which.</param>
    /// <param name="text">Where to.</param>
    public void Fill(Slot slot, EntryText text)
    {
        switch (slot)
        {
            case Slot.Project: text.Add(Projects[_project]); break;
            case Slot.ProjectNumber: text.Add(100_000_000_000 + (_project * 1_234_567L)); break;
            case Slot.Region: text.Add(_region); break;
            case Slot.Person: text.Add(_person); break;
            case Slot.Ip: text.Add("192.0.2."u8); text.Add(_host); break;
            case Slot.Agent: text.Add(_agent); break;
            case Slot.Name: text.Add("app-"u8); text.Add(_name); break;
            case Slot.Suffix: text.Add(_operation >> 44, "x5"); break;
            case Slot.Generation: text.Add(1 + (int)(_operation & 63)); break;
            case Slot.Operation: text.Add(_operation >> 32, "x8"); text.Add("-1111-4222-8333-0000"u8); text.Add(_operation & 0xffffffff, "x8"); break;
            case Slot.Repository: Repository(text); break;
            case Slot.Digest: for (var part = 0; part < 4; part++) text.Add(_operation * (ulong)(2 * part + 1), "x16"); break;
            case Slot.Time: text.Add(Time, "yyyy-MM-ddTHH:mm:ss.ffffffZ"); break;
            case Slot.Received: text.Add(Time.AddMilliseconds(731), "yyyy-MM-ddTHH:mm:ss.fffffffZ"); break;
            case Slot.InsertId: text.Add("-"u8); text.AddHex(chance, 12); break;
            case Slot.Hex: text.AddHex(chance, 16); break;
            case Slot.Number: text.Add(chance.Below(1_000_000)); break;
            case Slot.Word: text.Add(chance.OneOf(Words)); break;
            case Slot.Path: text.Add(chance.OneOf(Words)); text.Add("/2026/01/"u8); text.Add(chance.OneOf(Words)); text.Add("/part-"u8); text.AddHex(chance, 8); text.Add(".parquet"u8); break;
            case Slot.Sql: text.Add(chance.OneOf(Sql)); break;
            case Slot.Prose: text.Add(chance.OneOf(Prose)); break;
            case Slot.Permissions: List(Permission, 1 + chance.Few(7), text); break;
            case Slot.Attributes: List(Attribute, chance.Few(9), text); break;
            default: throw new ArgumentOutOfRangeException(nameof(slot), slot, "No slot of this name.");
        }
    }

    void Repository(EntryText text)
    {
        if (Miner is { } miner)
        {
            text.Add(miner);
            return;
        }

        text.Add("europe-docker.pkg.dev/"u8);
        text.Add(Projects[_project]);
        text.Add("/apps/app-"u8);
        text.Add(_name);
    }

    void List(Template item, int count, EntryText text)
    {
        for (var index = 0; index < count; index++)
        {
            if (index > 0) text.Add(","u8);
            item.Write(text, this);
        }
    }

    static byte[][] All(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
