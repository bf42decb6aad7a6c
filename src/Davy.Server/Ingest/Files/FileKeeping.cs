using System.Data.Common;
using System.Globalization;

namespace Davy.Server.Ingest.Files;

/// <summary>Keeps what was read of files, with the places where reading goes on.</summary>
/// <param name="watch">The watch.</param>
/// <param name="cursors">The places that are kept.</param>
/// <param name="health">How it stands with each source.</param>
/// <param name="clock">The clock.</param>
sealed class FileKeeping(Watch watch, WatchCursors cursors, SourceFaults health, TimeProvider clock)
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>The files of a source that were followed before, those that moved last at the end.</summary>
    public async Task<IReadOnlyList<FollowedFile>> FollowedAsync(string source, CancellationToken cancel)
    {
        List<FollowedFile> files = [];
        foreach (var (name, value) in await cursors.BelowAsync(Prefix(source), cancel))
        {
            var parts = name[Prefix(source).Length..].Split('.');
            if (parts.Length == 2 && ulong.TryParse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var device)
                && ulong.TryParse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var inode)
                && FilePlace.Read(value!) is { } place) files.Add(new(new(device, inode), place));
        }

        return files;
    }

    /// <summary>Keeps a batch. Where the database fails it is tried again until it is kept, for what was read may be gone from the disk by then.</summary>
    public async Task KeepAsync(string source, FileBatch batch, CancellationToken cancel)
    {
        List<WatchCursor> moved = [.. batch.Places.Select(each => new WatchCursor(
            string.Create(CultureInfo.InvariantCulture, $"{Prefix(source)}{each.Key.Device:x}.{each.Key.Inode:x}"), each.Value?.Write()))];
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await watch.ObserveAsync(batch.Records, batch.Rejected, $"files/{source}", moved.Count == 0 ? null : moved[0] with { Others = moved[1..] }, cancel);
                return;
            }
            catch (DbException fault)
            {
                health.Failed($"files/{source}", fault);
                await Task.Delay(pause, clock, cancel);
            }
        }
    }

    static string Prefix(string source) => $"files/{source}/";
}
