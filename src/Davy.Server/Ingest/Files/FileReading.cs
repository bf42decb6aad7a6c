using Davy.Logs;

namespace Davy.Server.Ingest.Files;

/// <summary>Reads what is new in a file.</summary>
/// <param name="batch">Where it goes.</param>
/// <param name="keep">Keeps the batch, and empties it.</param>
sealed class FileReading(FileBatch batch, Func<CancellationToken, Task> keep)
{
    // One file that grows fast holds up no other.
    const long MostAtATime = 64L << 20;

    // The clock of a disk may be coarse: what was changed just now can be changed again without a trace of it.
    static readonly TimeSpan Coarse = TimeSpan.FromSeconds(2);
    static readonly ReadLimits Limits = ReadLimits.Default;

    /// <summary>Reads a file, which is open.</summary>
    /// <param name="file">The file.</param>
    /// <param name="state">How it stood just now.</param>
    /// <param name="isSettled">Whether it has been so for a while.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Whether there is more to be read at once.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public async Task<bool> ReadAsync(FollowedFile file, FileState state, bool isSettled, DateTimeOffset now, CancellationToken cancel)
    {
        file.ReadAt = null;
        if (!IsAsBefore(file, state)) file.Place = new() { Path = file.Place.Path };

        var form = file.Place.Whole is not null ? FileForm.Whole : file.Place.At > 0 ? FileForm.Lines : FileForms.Of(file.Handle!);
        if (form is FileForm.Whole)
        {
            if (isSettled) await ReadWholeAsync(file, state, cancel);
            return false;
        }

        var (hasMore, isCutOff) = form is FileForm.Lines ? await ReadLinesAsync(file, isSettled, cancel) : (false, !isSettled);
        var isCertain = (now - DateTimeOffset.UnixEpoch.AddTicks(state.Modified)).Duration() > Coarse && (!isCutOff || isSettled);
        if (!hasMore && isCertain) file.ReadAt = state;
        return hasMore;
    }

    /// <summary>Whether a file still holds what was read of it: it may have been truncated, rewritten, or be another that was given the same inode.</summary>
    static bool IsAsBefore(FollowedFile file, FileState state)
    {
        var place = file.Place;
        return LineBlock.BeginsAs(file.Handle!, place) && (place.Whole is not { } whole || (whole.Length == state.Length && whole.Modified == state.Modified));
    }

    async Task<(bool HasMore, bool IsCutOff)> ReadLinesAsync(FollowedFile file, bool isSettled, CancellationToken cancel)
    {
        var isCutOff = false;
        for (var until = file.Place.At + MostAtATime; file.Place.At < until;)
        {
            cancel.ThrowIfCancellationRequested();
            if (LineBlock.Read(file.Handle!, file.Place, isSettled, Limits) is not { } block)
            {
                // What it holds now is looked at anew, from its first byte.
                file.Place = new() { Path = file.Place.Path };
                return (true, false);
            }

            foreach (var (json, location) in block.Records) batch.Add(json, location);
            if (block.Next != file.Place) batch.Move(file.Identity, file.Place = block.Next);
            if (batch.IsFull) await keep(cancel);
            isCutOff = block.IsCutOff;
            if (!block.HasMore) return (false, isCutOff);
        }

        return (true, isCutOff);
    }

    async Task ReadWholeAsync(FollowedFile file, FileState state, CancellationToken cancel)
    {
        var before = file.Place.Whole;
        if (before is { IsDone: true })
        {
            file.ReadAt = state;
            return;
        }

        var head = new byte[FilePlace.MostOfHead];
        head = head[..LineBlock.Fill(file.Handle!, head, 0)];
        FilePlace place = new() { Path = file.Place.Path, Head = FilePlace.Mark(head), HeadBytes = head.Length };
        long records = 0;
        using LogReader reader = new(new HandleStream(file.Handle!), place.Path, Limits, prefilter: false);
        while (reader.Read())
        {
            if (++records <= (before?.Records ?? 0)) continue;
            cancel.ThrowIfCancellationRequested();
            if (reader.Rejected is { } rejected) batch.Add(rejected);
            else batch.Add(reader.Entry.ToArray(), reader.Location);
            if (!batch.IsFull) continue;

            batch.Move(file.Identity, file.Place = place with { Whole = new(state.Length, state.Modified, records, IsDone: false) });
            await keep(cancel);
        }

        batch.Move(file.Identity, file.Place = place with { Whole = new(state.Length, state.Modified, records, IsDone: true) });
        if (batch.IsFull) await keep(cancel);

        // Whoever wrote to it meanwhile changed its length or its time: the next look reads it again.
        file.ReadAt = state;
    }
}
