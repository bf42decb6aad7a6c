using Davy.Findings.Live;
using Davy.Google;
using Davy.Images;
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

    /// <summary>Reads one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="json">What the configuration says.</param>
    /// <exception cref="UnreadableFileException">Something is wrong.</exception>
    public static SourceDeclaration Read(string name, LocatedJson json)
    {
        json.Expect("name", "kind", "organization", "folder", "project", "every", "since", "overlap");
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
        };

        void Add(string member, string kind, Func<string, bool> isId)
        {
            if (json.Member(member) is not { } value) return;
            nodes.Add(isId(value.Text()) ? $"{kind}/{value.Text()}" : throw value.Fault($"\"{member}\" must be its {(kind == "projects" ? "id or number" : "number")}"));
        }
    }

    /// <inheritdoc/>
    public override ILogSource Open(IServiceProvider services)
    {
        var clock = services.GetRequiredService<TimeProvider>();
        ProjectLogs logs = new(this, services.GetRequiredService<Watch>(), services.GetRequiredService<WatchCursors>(), services.GetRequiredService<CloudLogging>(), clock);
        return new CloudLoggingSource(this, services.GetRequiredService<GoogleHierarchy>(), logs, services.GetRequiredService<SourceFaults>(), clock);
    }

    /// <summary>Adds what sources of this kind share: the quota is one for all of them.</summary>
    public static void AddTo(IServiceCollection services) => services
        .AddSingleton(all => new CloudLogging(all.GetRequiredService<GoogleAccess>().Api, all.GetRequiredService<ServerOptions>().Endpoints, all.GetRequiredService<TimeProvider>()))
        .AddSingleton(all => new GoogleHierarchy(all.GetRequiredService<GoogleAccess>().Api, all.GetRequiredService<ServerOptions>().Endpoints));
}
