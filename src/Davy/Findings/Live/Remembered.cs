using System.Collections.Concurrent;

namespace Davy.Findings.Live;

/// <summary>Answers that are kept for a while. Who asks for the same at the same time waits for one answer; nobody who gives up waiting stops it.</summary>
/// <typeparam name="T">What is kept.</typeparam>
/// <param name="time">The clock.</param>
/// <param name="fetch">Gets an answer, from the key and the answer before, and says for how long it holds; it does not throw.</param>
sealed class Remembered<T>(TimeProvider time, Func<string, T?, Task<(T Answer, TimeSpan Holds)>> fetch)
    where T : class
{
    const int Most = 50_000;

    readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The answer to a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancel">Gives up waiting.</param>
    public async Task<T> GetAsync(string key, CancellationToken cancel)
    {
        if (_entries.Count > Most) _entries.Clear();

        var entry = _entries.GetOrAdd(key, New, (T?)null);
        if (entry.HasEnded(time.GetUtcNow()))
        {
            var next = New(key, (await entry.Answer.Value).Answer);
            entry = _entries.TryUpdate(key, next, entry) ? next : _entries.GetOrAdd(key, next);
        }

        return (await entry.Answer.Value.WaitAsync(cancel)).Answer;
    }

    Entry New(string key, T? before) => new(new(() => Task.Run(async () =>
    {
        var (answer, holds) = await fetch(key, before);
        return (answer, time.GetUtcNow() + holds);
    })));

    sealed record Entry(Lazy<Task<(T Answer, DateTimeOffset Until)>> Answer)
    {
        public bool HasEnded(DateTimeOffset now) => Answer.IsValueCreated && Answer.Value is { IsCompletedSuccessfully: true } task && Until(task) <= now;

        // It is done, so nothing is waited for.
        static DateTimeOffset Until(Task<(T Answer, DateTimeOffset Until)> done) => done.GetAwaiter().GetResult().Until;
    }
}
