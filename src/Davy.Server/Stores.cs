using Davy.Findings;
using Davy.Responses;
using Davy.Server.Api;
using Davy.Server.Hosting;
using Davy.Storage;

namespace Davy.Server;

/// <summary>The stores, all over one database and one way to read filters.</summary>
static class Stores
{
    /// <summary>Adds the stores.</summary>
    /// <param name="services">The program's services; database and clock must be among them.</param>
    public static void AddStores(this IServiceCollection services)
    {
        services.AddSingleton<ReadFilter>(Filters.Read);
        services.AddSingleton(Findings).AddSingleton<FindingLists>().AddSingleton<BulkMute>().AddSingleton<MuteSweep>().AddSingleton<OperationStore>();
        services.AddSingleton<SourceStore>().AddSingleton<MuteConfigStore>().AddSingleton<NotificationConfigStore>().AddSingleton<Outbox>();
        services.AddSingleton<DoubtStore>().AddSingleton<RejectedEntryStore>().AddSingleton<AnswerStore>().AddSingleton<ResponseLineStore>();
        services.AddSingleton<SettingStore>();
        services.AddSingleton<AccessTokenStore>();
        services.AddSingleton(all => all.GetRequiredService<ServerOptions>().Retention).AddSingleton<Retention>();
    }

    static FindingStore Findings(IServiceProvider all) =>
        new(all.GetRequiredService<Database>(), all.GetRequiredService<ReadFilter>(), all.GetRequiredService<TimeProvider>()) { Inspect = all.GetRequiredService<ServerOptions>().Inspection.Scope };
}
