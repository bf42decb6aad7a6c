using System.Collections.Frozen;
using Davy.Findings;
using Davy.Google;
using Davy.Notifications;
using Davy.Server.Hosting;

namespace Davy.Server.Notifications;

/// <summary>The ways to the targets.</summary>
/// <param name="options">What the program was told.</param>
/// <param name="configs">The notification configs.</param>
/// <param name="google">The way to Google.</param>
/// <param name="clock">The clock.</param>
sealed class TargetSenders(ServerOptions options, NotificationConfigStore configs, GoogleAccess google, TimeProvider clock)
{
    readonly FrozenDictionary<string, Target> _declared = (options.Targets ?? []).ToFrozenDictionary(target => target.ConfigName, StringComparer.Ordinal);

    /// <summary>The way to a config's target.</summary>
    /// <param name="config">The config's name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null where this process does not know the target.</returns>
    /// <exception cref="CredentialException">It needs credentials for Google, and there are none.</exception>
    public async Task<TargetSender?> OfAsync(string config, CancellationToken cancel)
    {
        switch (_declared.GetValueOrDefault(config))
        {
            case Target.Webhook webhook: return new WebhookSender(webhook, google.Http, clock);
            case Target.SecurityCenter center: return new SecurityCenterSender(center.Source, google.Api(), options.Endpoints.SecurityCenter);
        }

        if (await configs.FindAsync(config, cancel) is not { Target: "" } kept) return null;
        return new PubsubSender(kept.PubsubTopic, google.PubsubApi(), google.PubsubService);
    }
}
