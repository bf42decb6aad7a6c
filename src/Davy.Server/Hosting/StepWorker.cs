namespace Davy.Server.Hosting;

/// <summary>Work that is kept in the database and done step by step in the background: until there is none, then looked for again after a while, or when woken.</summary>
abstract partial class StepWorker(ILogger log) : BackgroundService
{
    static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);
    static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(10);

    readonly SemaphoreSlim _woken = new(0, 1);

    /// <summary>Tells that there is something to do.</summary>
    public void Wake()
    {
        try
        {
            _woken.Release();
        }
        catch (SemaphoreFullException)
        {
            // It was told already.
        }
    }

    /// <summary>Goes one step.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Whether there may be more to do.</returns>
    protected abstract Task<bool> StepAsync(CancellationToken cancel);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Idle;
            try
            {
                while (await StepAsync(stoppingToken)) stoppingToken.ThrowIfCancellationRequested();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The edge of a background worker: the database may be away for a while; a worker that ended would never come back.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Failed(GetType().Name, fault);
                wait = AfterFault;
            }

            try
            {
                await _woken.WaitAsync(wait, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _woken.Dispose();
        base.Dispose();
    }

    [LoggerMessage(1101, LogLevel.Error, "{Worker} failed; it tries again.")]
    partial void Failed(string worker, Exception fault);
}
