using Davy.Detection;
using Davy.Findings;
using Davy.Reports;
using Davy.Server.Hosting;
using Davy.Server.Ingest.Files;
using Davy.Server.Ingest.Logging;
using Davy.Storage;

namespace Davy.Server.Ingest;

/// <summary>How log entries come in by themselves; described in docs/sources.md.</summary>
static class IngestSetup
{
    /// <summary>Adds the watch and its sources.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="sources">Those that are declared.</param>
    public static void AddIngest(this IServiceCollection services, IReadOnlyList<SourceDeclaration> sources)
    {
        services.AddSingleton(sources).AddSingleton(Make).AddSingleton(all => all.GetRequiredService<Watch>().Sources).AddSingleton<WatchCursors>().AddSingleton<AlarmBoard>().AddSingleton<SourceFaults>();
        services.AddSingleton<PubsubPush>().AddSingleton<FileKeeping>();
        CloudLoggingDeclaration.AddTo(services);
        services.AddHostedService<WatchWorker>().AddHostedService<KnownBadWorker>().AddHostedService<SourceRunner>();
    }

    /// <summary>Adds the end points.</summary>
    /// <param name="app">The program.</param>
    public static void MapIngest(this WebApplication app) =>
        app.MapPost("/ingest/pubsub/{source}", (string source, HttpRequest request, PubsubPush push, CancellationToken cancel) => push.TakeAsync(source, request, cancel))
            .RequireAuthorization(MethodPolicies.Ingest);

    /// <summary>What a watch works with.</summary>
    /// <param name="options">What the program was told.</param>
    public static WatchSettings Settings(ServerOptions options) => new()
    {
        Detectors = Detectors.All(options.KnownBad.Upstreams),
        Indicators = options.KnownBad.Indicators,
        Report = ReportOptions.Default with { Ancestry = options.Ancestry },
        SourceParent = options.Organization is { } organization ? $"organizations/{organization}" : "",
        DeadLetters = options.DeadLetters,
        Inspect = options.Inspection.Scope,
    };

    static Watch Make(IServiceProvider services)
    {
        var settings = Settings(services.GetRequiredService<ServerOptions>()) with { Complete = services.GetRequiredService<ProjectPlaces>().FillAsync };
        return new(settings, services.GetRequiredService<Database>(), services.GetRequiredService<FindingStore>(), services.GetRequiredService<TimeProvider>());
    }
}
