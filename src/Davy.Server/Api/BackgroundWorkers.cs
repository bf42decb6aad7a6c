using Davy.Findings;

namespace Davy.Server.Api;

/// <summary>Carries out bulk mutes.</summary>
/// <param name="mutes">The bulk mutes.</param>
/// <param name="log">The log.</param>
sealed class BulkMuteWorker(BulkMute mutes, ILogger<BulkMuteWorker> log) : StepWorker(log)
{
    /// <inheritdoc/>
    protected override Task<bool> StepAsync(CancellationToken cancel) => mutes.StepAsync(cancel);
}

/// <summary>Applies dynamic mute rules to what is kept, when they change and when they end.</summary>
/// <param name="sweep">The sweep.</param>
/// <param name="log">The log.</param>
sealed class MuteSweepWorker(MuteSweep sweep, ILogger<MuteSweepWorker> log) : StepWorker(log)
{
    /// <inheritdoc/>
    protected override Task<bool> StepAsync(CancellationToken cancel) => sweep.StepAsync(cancel);
}
