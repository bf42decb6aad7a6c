namespace Davy.Tests.Client;

/// <summary>A clock whose timers come a hundred times too early, so that a test need not wait for pauses to pass, or for patience to end.</summary>
/// <param name="longest">Timers that are longer come when they should.</param>
sealed class HurriedClock(TimeSpan longest) : TimeProvider
{
    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime <= longest ? dueTime / 100 : dueTime, period);
}
