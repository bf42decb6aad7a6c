namespace Davy.Google;

/// <summary>Lets one call begin after the other, with a pause between, whoever makes them: for a quota of so many calls a minute.</summary>
/// <param name="between">The least time between two beginnings.</param>
/// <param name="time">The clock.</param>
sealed class Pace(TimeSpan between, TimeProvider time)
{
    readonly Lock _gate = new();
    DateTimeOffset _next;

    /// <summary>Waits for the turn.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    public Task WaitAsync(CancellationToken cancel)
    {
        TimeSpan wait;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_next < now) _next = now;
            wait = _next - now;
            _next += between;
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancel) : Task.CompletedTask;
    }
}
