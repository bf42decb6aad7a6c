using Davy.Findings;

namespace Davy.Server.Api;

/// <summary>Carries out bulk mutes.</summary>
/// <param name="mutes">The bulk mutes.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
sealed class BulkMuteWorker(BulkMute mutes, TimeProvider clock, ILogger<BulkMuteWorker> log) : StepWorker(clock, log)
{
    /// <inheritdoc/>
    protected override Task<bool> StepAsync(CancellationToken cancel) => mutes.StepAsync(cancel);
}

/// <summary>Applies dynamic mute rules to what is kept, when they change and when they end.</summary>
/// <param name="sweep">The sweep.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
sealed class MuteSweepWorker(MuteSweep sweep, TimeProvider clock, ILogger<MuteSweepWorker> log) : StepWorker(clock, log)
{
    /// <inheritdoc/>
    protected override Task<bool> StepAsync(CancellationToken cancel) => sweep.StepAsync(cancel);
}
