using Davy.Findings;
using Davy.Findings.Filtering;
using Davy.Server.Hosting;

namespace Davy.Server.Notifications;

/// <summary>Brings the configs of the file of targets into the database, before anything else is started: no finding may come in untold.</summary>
/// <param name="options">What the program was told.</param>
/// <param name="configs">The notification configs.</param>
sealed class TargetDeclaration(ServerOptions options, NotificationConfigStore configs) : IHostedLifecycleService
{
    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (options.Targets is not { } targets) return;
        foreach (var target in targets)
        {
            try
            {
                FindingFilter.Parse(target.Filter);
            }
            catch (FilterException fault)
            {
                throw new OptionException($"--targets: the filter of '{target.Name}': {fault.Message}");
            }
        }

        try
        {
            await configs.DeclareAsync([.. targets.Select(target => new NotificationConfig
            {
                Name = target.ConfigName, Parent = target.Below, Filter = target.Filter, Description = target.Description, Target = $$"""{"kind":"{{target.Kind}}"}""",
            })], cancellationToken);
        }
        catch (RefusedException fault)
        {
            throw new OptionException($"--targets: {fault.Message}");
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
