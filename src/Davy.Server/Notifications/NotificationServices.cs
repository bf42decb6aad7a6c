namespace Davy.Server.Notifications;

/// <summary>What sending notifications needs.</summary>
static class NotificationServices
{
    /// <summary>Adds it.</summary>
    /// <param name="services">The program's services.</param>
    public static void AddNotifications(this IServiceCollection services)
    {
        services.AddSingleton<TargetSenders>();
        services.AddHostedService<TargetDeclaration>().AddHostedService<NotificationWorker>();
    }
}
