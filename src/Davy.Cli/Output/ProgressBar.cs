using System.Globalization;

namespace Davy.Cli.Output;

/// <summary>A line on a terminal's standard error that tells how far a long scan has come: bytes, rate, time left.</summary>
sealed class ProgressBar : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    readonly TextWriter _error;
    readonly TimeProvider _clock;
    readonly Func<TimeSpan, string> _line;
    readonly long _start;
    readonly ITimer _timer;
    readonly Lock _gate = new();
    bool _isShown;
    bool _isOver;

    /// <summary>Starts a bar; short scans never show one.</summary>
    /// <param name="error">Where it is drawn.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="done">How many bytes are done.</param>
    /// <param name="total">How many there are; null where that is not known.</param>
    /// <param name="instead">A line of something else that is being done; null for none.</param>
    public ProgressBar(TextWriter error, TimeProvider clock, Func<long> done, long? total, Func<string?> instead)
        : this(error, clock, elapsed => instead() ?? Line(done(), total, elapsed))
    {
    }

    /// <summary>Starts a line that tells something else than bytes.</summary>
    /// <param name="error">Where it is drawn.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="line">The line.</param>
    public ProgressBar(TextWriter error, TimeProvider clock, Func<string> line)
        : this(error, clock, _ => line())
    {
    }

    ProgressBar(TextWriter error, TimeProvider clock, Func<TimeSpan, string> line)
    {
        (_error, _clock, _line) = (error, clock, line);
        _start = clock.GetTimestamp();
        _timer = clock.CreateTimer(_ => Draw(), null, Patience, Step);
    }

    /// <summary>The line for a state.</summary>
    /// <param name="done">Bytes done.</param>
    /// <param name="total">Bytes in all; null where that is not known.</param>
    /// <param name="elapsed">The time it took.</param>
    /// <returns>The line, at most 79 columns wide.</returns>
    public static string Line(long done, long? total, TimeSpan elapsed)
    {
        var rate = elapsed.TotalSeconds > 0 ? done / elapsed.TotalSeconds : 0;
        var text = string.Create(CultureInfo.InvariantCulture, $"{Bytes(done)} read, {Bytes((long)rate)}/s");
        if (total is not { } all || all <= 0) return text;

        var part = Math.Clamp((double)done / all, 0, 1);
        var filled = (int)(part * 20);
        var left = rate > 0 && done < all ? TimeSpan.FromSeconds(Math.Min((all - done) / rate, 359_999)) : TimeSpan.Zero;
        return string.Create(CultureInfo.InvariantCulture, $"[{new string('#', filled)}{new string('.', 20 - filled)}] {part:P0}  {text}, {left:h\\:mm\\:ss} left");
    }

    /// <summary>A number of bytes for a person.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F0} kB"),
        < 10_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB"),
    };

    /// <summary>Takes the bar away.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            if (_isShown) _error.Write("\r\u001b[K");
        }

        _timer.Dispose();
    }

    void Draw()
    {
        lock (_gate)
        {
            if (_isOver) return;

            _error.Write($"\r\u001b[K{_line(_clock.GetElapsedTime(_start))}");
            _isShown = true;
        }
    }
}
