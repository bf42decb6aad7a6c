namespace Davy.Server.Hosting;

/// <summary>What goes on in the background.</summary>
static class Workers
{
    /// <summary>Adds the workers.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="limits">How long they may take to stop.</param>
    public static void AddWorkers(this IServiceCollection services, ServerLimits limits)
    {
        // All are told at once: a client that drips its request would else use up the time of the sources and workers, which would be told last.
        services.Configure<HostOptions>(host => (host.ShutdownTimeout, host.ServicesStopConcurrently) = (limits.Stop, true));

        // A worker is started by the host and woken by the methods: both must have the same one.
        services.AddSingleton<BulkMuteWorker>().AddHostedService(all => all.GetRequiredService<BulkMuteWorker>());
        services.AddSingleton<MuteSweepWorker>().AddHostedService(all => all.GetRequiredService<MuteSweepWorker>());
        services.AddHostedService<RetentionWorker>();
        services.AddSingleton<HealthNotes>().AddSingleton<GoogleAccess>().AddSingleton<ProjectPlaces>();
    }
}
