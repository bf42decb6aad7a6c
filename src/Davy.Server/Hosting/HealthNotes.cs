using System.Collections.Concurrent;

namespace Davy.Server.Hosting;

/// <summary>What is not as it should be, though the program serves: shown by <c>/readyz</c> to everybody, so without names.</summary>
sealed class HealthNotes
{
    readonly ConcurrentDictionary<string, string> _notes = new(StringComparer.Ordinal);

    /// <summary>All of them, one sentence each.</summary>
    public IReadOnlyList<string> All => [.. _notes.OrderBy(note => note.Key, StringComparer.Ordinal).Select(note => note.Value)];

    /// <summary>Tells how it stands with one matter.</summary>
    /// <param name="matter">The matter.</param>
    /// <param name="sentence">What is wrong; null for nothing.</param>
    public void Tell(string matter, string? sentence)
    {
        if (sentence is null) _notes.TryRemove(matter, out _);
        else _notes[matter] = sentence;
    }
}
