using System.Text;

namespace Davy.Benchmarks.Generation;

/// <summary>
/// Makes small entries, one a line, in every spelling that JSON allows: names and values escaped, blanks anywhere, members in any order and twice, in envelopes and in base64. Some are
/// of Cloud Run in each of its forms, some are of other services, some only look like either.
/// </summary>
/// <param name="seed">The same seed makes the same entries.</param>
sealed class HostileEntries(ulong seed)
{
    static readonly string[] Services = ["run.googleapis.com", "run.googleapis.com", "compute.googleapis.com", "storage.googleapis.com", "run.googleapis.co", "cloudrun.googleapis.com", "RUN.googleapis.com", "un.googleapis.com", ""];
    static readonly string[] Images = ["metal3d/xmrig", "docker.io/metal3d/xmrig:latest", "gcr.io/example/app", "europe-docker.pkg.dev/p/apps/web@sha256:abc", "BAD//x"];
    static readonly string[] Decoys = ["data", "launchStag", "serving.knative.de", "run.googleapis.com", "\\u0072un", "}{", "caf\u00e9 \u003cb\u003e", "\"data\"", "n.g", "\ud83d\udea6"];

    readonly Chance _chance = new(seed);
    int _escapes;
    bool _isSpaced;

    /// <summary>Writes an entry, without the line feed behind it.</summary>
    /// <param name="text">Where to.</param>
    public void Write(EntryText text)
    {
        _escapes = _chance.OneOf([0, 0, 0, 3, 30, 100]);
        _isSpaced = _chance.Happens(30);
        switch (_chance.Below(12))
        {
            case 0: Members(text, ("message", () => Members(text, ("data", () => Base64(text)), ("messageId", () => Text(text, "1")))), ("subscription", () => Text(text, "s"))); break;
            case 1: Members(text, ("specversion", () => Text(text, "1.0")), ("type", () => Text(text, "google.cloud.audit.log.v1.written")), ("data", () => Entry(text))); break;
            case 2: Members(text, ("specversion", () => Text(text, "1.0")), ("type", () => Text(text, "google.cloud.audit.log.v1.written")), ("data_base64", () => Base64(text))); break;
            case 3: Members(text, ("entries", () => List(text, 1 + _chance.Below(3), () => Entry(text)))); break;
            default: Entry(text); break;
        }
    }

    void Entry(EntryText text)
    {
        switch (_chance.Below(6))
        {
            case 0: Knative(text); break;
            case 1: OfApi2(text); break;
            case 2: Members(text, ("assetType", () => Text(text, "run.googleapis.com/Service")), ("resource", () => Members(text, ("data", () => Knative(text))))); break;
            case 3: Members(text, ("textPayload", () => Text(text, _chance.OneOf(Decoys))), ("labels", () => Members(text, (_chance.OneOf(Decoys), () => Text(text, _chance.OneOf(Decoys)))))); break;
            default: Audit(text, _chance.OneOf(Services)); break;
        }
    }

    void Audit(EntryText text, string service) => Members(
        text,
        ("protoPayload", () => Members(
            text,
            ("serviceName", () => Text(text, service)),
            ("methodName", () => Text(text, _chance.OneOf(["/Services.ReplaceService", "google.cloud.run.v2.Jobs.RunJob", "v1.compute.instances.insert"]))),
            ("resourceName", () => Text(text, "namespaces/p/services/s")),
            ("response", () => Response(text, service)))),
        ("insertId", () => Text(text, $"i{_chance.Below(1_000_000)}")),
        ("logName", () => Text(text, _chance.OneOf(["projects/p/logs/cloudaudit.googleapis.com%2Fsystem_event", "projects/p/logs/cloudaudit.googleapis.com%2Factivity", "projects/p/logs/run.googleapis.com%2Frequests"]))),
        ("resource", () => Members(text, ("type", () => Text(text, "cloud_run_revision")), ("labels", () => Members(text, ("service_name", () => Text(text, "s")))))));

    /// <summary>Other services answer with other things, mostly.</summary>
    void Response(EntryText text, string service)
    {
        if (service == Services[0] || _chance.Happens(20)) Knative(text);
        else Members(text, ("id", () => Text(text, "7")), ("selfLink", () => Text(text, "https://compute.googleapis.com/compute/v1/projects/p")));
    }

    void Knative(EntryText text) => Members(
        text,
        ("apiVersion", () => Text(text, _chance.OneOf(["serving.knative.dev/v1", "run.googleapis.com/v1", "apps/v1"]))),
        ("kind", () => Text(text, "Service")),
        ("metadata", () => Members(text, ("name", () => Text(text, "s")), ("namespace", () => Text(text, "p")))),
        ("spec", () => Members(text, ("template", () => Members(text, ("spec", () => Members(text, ("containers", () => List(text, 1, () => Members(text, ("image", () => Text(text, _chance.OneOf(Images)))))))))))));

    void OfApi2(EntryText text) => Members(
        text,
        ("name", () => Text(text, "projects/p/locations/l/services/s")),
        ("launchStage", () => Text(text, "GA")),
        ("template", () => Members(text, ("containers", () => List(text, 1, () => Members(text, ("image", () => Text(text, _chance.OneOf(Images)))))))));

    void Members(EntryText text, params (string Name, Action Value)[] members)
    {
        var order = Enumerable.Range(0, members.Length).ToArray();
        for (var last = order.Length - 1; last > 0 && _chance.Happens(50); last--)
        {
            var other = _chance.Below(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }

        text.Add("{"u8);
        var isFirst = true;
        foreach (var each in order)
        {
            // Of members of one name the last counts.
            if (_chance.Happens(3)) Member(text, members[each].Name, () => Text(text, _chance.OneOf(Decoys)), ref isFirst);
            Member(text, members[each].Name, members[each].Value, ref isFirst);
        }

        Blank(text);
        text.Add("}"u8);
    }

    void Member(EntryText text, string name, Action value, ref bool isFirst)
    {
        if (!isFirst) text.Add(","u8);
        isFirst = false;
        Text(text, name);
        text.Add(":"u8);
        Blank(text);
        value();
        Blank(text);
    }

    void List(EntryText text, int count, Action item)
    {
        text.Add("["u8);
        for (var index = 0; index < count; index++)
        {
            if (index > 0) text.Add(","u8);
            Blank(text);
            item();
        }

        text.Add("]"u8);
    }

    void Base64(EntryText text)
    {
        EntryText inner = new();
        Entry(inner);
        var base64 = Convert.ToBase64String(inner.Bytes);
        Text(text, _chance.Happens(30) ? base64.Replace('+', '-').Replace('/', '_').TrimEnd('=') : base64);
    }

    void Text(EntryText text, string value)
    {
        Blank(text);
        text.Add("\""u8);
        foreach (var each in value)
        {
            var mustBe = each is '"' or '\\' or < ' ' || char.IsSurrogate(each);
            if (mustBe || _chance.Happens(_escapes)) text.Add(Encoding.ASCII.GetBytes(each == '/' && _chance.Happens(50) ? "\\/" : _chance.Happens(50) ? $"\\u{(int)each:x4}" : $"\\u{(int)each:X4}"));
            else text.Add(Encoding.UTF8.GetBytes([each]));
        }

        text.Add("\""u8);
        Blank(text);
    }

    void Blank(EntryText text)
    {
        if (_isSpaced && _chance.Happens(20)) text.Add(_chance.Happens(50) ? " "u8 : "\t "u8);
    }
}
