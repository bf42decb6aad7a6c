namespace Davy.Tests.Client;

/// <summary>A clock whose timers come a hundred times too early, so that a test need not wait for patience to end.</summary>
sealed class HurriedClock : TimeProvider
{
    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 100 : dueTime, period > TimeSpan.Zero ? period / 100 : period);
}
