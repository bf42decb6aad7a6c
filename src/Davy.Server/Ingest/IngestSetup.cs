using Davy.Detection;
using Davy.Findings;
using Davy.Images;
using Davy.Indicators;
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
        services.AddSingleton(sources).AddSingleton(Make).AddSingleton<WatchCursors>().AddSingleton<SourceHealth>().AddHostedService<WatchWorker>().AddHostedService<SourceRunner>();
        services.AddSingleton<PubsubPush>().AddSingleton<FileKeeping>();
        CloudLoggingDeclaration.AddTo(services);
    }

    /// <summary>Adds the end points.</summary>
    /// <param name="app">The program.</param>
    public static void MapIngest(this WebApplication app) =>
        app.MapPost("/ingest/pubsub/{source}", (string source, HttpRequest request, PubsubPush push, CancellationToken cancel) => push.TakeAsync(source, request, cancel))
            .RequireAuthorization(MethodPolicies.Ingest);

    static Watch Make(IServiceProvider services)
    {
        var options = services.GetRequiredService<ServerOptions>();
        WatchSettings settings = new()
        {
            Detectors = Detectors.All(Upstreams.None),
            Indicators = IndicatorSet.Default,
            Report = ReportOptions.Default with { Ancestry = options.Ancestry },
            SourceParent = options.Organization is { } organization ? $"organizations/{organization}" : "",
            Complete = services.GetRequiredService<ProjectPlaces>().FillAsync,
        };
        return new(settings, services.GetRequiredService<Database>(), services.GetRequiredService<FindingStore>(), services.GetRequiredService<TimeProvider>());
    }
}
