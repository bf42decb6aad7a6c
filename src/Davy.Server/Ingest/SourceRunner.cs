namespace Davy.Server.Ingest;

/// <summary>Runs the declared sources side by side, each by itself: one that fails is told and run again, sooner at first than later on, and holds up no other.</summary>
/// <param name="declarations">What the configuration declares.</param>
/// <param name="faults">How it stands with each.</param>
/// <param name="services">The program's services.</param>
/// <param name="clock">The clock.</param>
sealed class SourceRunner(IReadOnlyList<SourceDeclaration> declarations, SourceFaults faults, IServiceProvider services, TimeProvider clock) : BackgroundService
{
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // One that ran as long as this before it failed was well, so its next pause is short again.
    static readonly TimeSpan Well = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(declarations.Select(each => each.Open(services)).OfType<ILogSource>().Select(source => Task.Run(() => RunAsync(source, stoppingToken), CancellationToken.None)));

    async Task RunAsync(ILogSource source, CancellationToken cancel)
    {
        var pause = FirstPause;
        faults.Begin(source.Name);
        while (!cancel.IsCancellationRequested)
        {
            var began = clock.GetTimestamp();
            try
            {
                await source.RunAsync(cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The edge of a source: whatever it is, the others go on and this one is tried again.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                faults.Failed(source.Name, fault);
            }

            if (clock.GetElapsedTime(began) > Well) pause = FirstPause;
            try
            {
                await Task.Delay(pause, clock, cancel);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
