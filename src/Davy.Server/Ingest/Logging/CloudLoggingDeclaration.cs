using System.Net;
using Davy.Findings.Live;
using Davy.Google;
using Davy.Images;
using Davy.Outbound;
using Davy.Server.Hosting;

namespace Davy.Server.Ingest.Logging;

/// <summary>Cloud Logging, asked again and again: <c>{"name": …, "kind": "cloud-logging", "organization": "123"}</c>.</summary>
/// <param name="Name">The source's name.</param>
/// <param name="Node"><c>organizations/1</c>, <c>folders/2</c> or <c>projects/p</c>.</param>
sealed record CloudLoggingDeclaration(string Name, string Node) : SourceDeclaration(Name, "cloud-logging")
{
    const int Day = 86_400;

    /// <summary>How long to pause between two rounds.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How far back the first round looks.</summary>
    public LogMoment Since { get; init; }

    /// <summary>How late an entry may come: so much of what was read is asked for again each time.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Where Cloud Logging is, with a slash at the end; null for Google's own address.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Reads one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="json">What the configuration says.</param>
    /// <exception cref="UnreadableFileException">Something is wrong.</exception>
    public static SourceDeclaration Read(string name, LocatedJson json)
    {
        json.Expect("name", "kind", "organization", "folder", "project", "every", "since", "overlap", "endpoint");
        List<string> nodes = [];
        Add("organization", "organizations", NodeId.IsNumber);
        Add("folder", "folders", NodeId.IsNumber);
        Add("project", "projects", NodeId.IsProject);
        if (nodes.Count != 1) throw json.Fault("name one of \"organization\", \"folder\" and \"project\"");

        var since = json.OptionalText("since") is { Length: > 0 } text ? text : "400d";
        return new CloudLoggingDeclaration(name, nodes[0])
        {
            Every = TimeSpan.FromSeconds(json.OptionalNumber("every", 60, 1, Day)),
            Since = LogMoment.TryParse(since, out var moment) ? moment : throw json.Member("since")!.Fault("\"since\" must be a time ago, such as 400d, 12h or 30m, or a time, such as 2026-01-31 or 2026-01-31T12:00:00Z"),
            Overlap = TimeSpan.FromSeconds(json.OptionalNumber("overlap", 900, 60, Day)),
            Endpoint = json.Member("endpoint") is { } endpoint ? EndpointOf(endpoint) : null,
        };

        void Add(string member, string kind, Func<string, bool> isId)
        {
            if (json.Member(member) is not { } value) return;
            nodes.Add(isId(value.Text()) ? $"{kind}/{value.Text()}" : throw value.Fault($"\"{member}\" must be its {(kind == "projects" ? "id or number" : "number")}"));
        }
    }

    /// <summary>Tokens go there: so https, or http where nothing leaves the machine, by address, for a name may come to mean another one.</summary>
    static Uri EndpointOf(LocatedJson value)
    {
        if (!Uri.TryCreate(value.Text(), UriKind.Absolute, out var uri) || uri is not { UserInfo: "", AbsolutePath: "/", Query: "", Fragment: "" }
            || !(uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && IPAddress.TryParse(uri.IdnHost, out var address) && IPAddress.IsLoopback(address))))
        {
            throw value.Fault("\"endpoint\" must be https:// and a host, such as https://logging-davy.p.googleapis.com, without a path; http:// is for loopback addresses alone, such as http://127.0.0.1:8085");
        }

        try
        {
            AllowedHosts.Parse([uri.IdnHost]);
            return uri;
        }
        catch (FormatException fault)
        {
            throw value.Fault($"\"endpoint\": {fault.Message}");
        }
    }

    /// <inheritdoc/>
    public override ILogSource Open(IServiceProvider services)
    {
        var clock = services.GetRequiredService<TimeProvider>();
        var logging = services.GetRequiredService<CloudLogging>();
        if (Endpoint is { } endpoint)
        {
            var access = services.GetRequiredService<GoogleAccess>();
            logging = logging.At(endpoint, () => access.Api(endpoint));
        }

        ProjectLogs logs = new(this, services.GetRequiredService<Watch>(), services.GetRequiredService<WatchCursors>(), logging, clock);
        return new CloudLoggingSource(this, services.GetRequiredService<GoogleHierarchy>(), logs, services.GetRequiredService<SourceFaults>(), clock);
    }

    /// <summary>Adds what sources of this kind share: the quota is one for all of them.</summary>
    public static void AddTo(IServiceCollection services) => services
        .AddSingleton(all => new CloudLogging(all.GetRequiredService<GoogleAccess>().Api, all.GetRequiredService<ServerOptions>().Endpoints, all.GetRequiredService<TimeProvider>()))
        .AddSingleton(all => new GoogleHierarchy(all.GetRequiredService<GoogleAccess>().Api, all.GetRequiredService<ServerOptions>().Endpoints));
}
