namespace Davy.Server.Hosting;

/// <summary>What goes on in the background.</summary>
static class Workers
{
    /// <summary>Adds the workers.</summary>
    /// <param name="services">The program's services.</param>
    public static void AddWorkers(this IServiceCollection services)
    {
        // A worker is started by the host and woken by the methods: both must have the same one.
        services.AddSingleton<BulkMuteWorker>().AddHostedService(all => all.GetRequiredService<BulkMuteWorker>());
        services.AddSingleton<MuteSweepWorker>().AddHostedService(all => all.GetRequiredService<MuteSweepWorker>());
        services.AddHostedService<RetentionWorker>();
        services.AddSingleton<HealthNotes>().AddSingleton<GoogleAccess>().AddSingleton<ProjectPlaces>();
    }
}
