using System.Collections.Concurrent;
using Davy.Google;
using Davy.Logs;

namespace Davy.Server.Ingest.Logging;

/// <summary>
/// Reads the logs of projects from where reading ended before. Cloud Logging gives entries in the order of their own times, but an entry may come some time after its time: so reading
/// never begins later than the overlap before the last look, and what comes twice the watch tells apart.
/// </summary>
/// <param name="declared">What the configuration says.</param>
/// <param name="watch">The watch.</param>
/// <param name="cursors">The places that are kept.</param>
/// <param name="logging">Cloud Logging.</param>
/// <param name="clock">The clock.</param>
sealed class ProjectLogs(CloudLoggingDeclaration declared, Watch watch, WatchCursors cursors, CloudLogging logging, TimeProvider clock)
{
    // Where nothing comes the place need not be kept each time.
    static readonly long Far = (long)TimeSpan.FromMinutes(5).TotalNanoseconds;

    readonly ConcurrentDictionary<string, Place> _places = new(StringComparer.Ordinal);

    /// <summary>The projects that were read before.</summary>
    public IEnumerable<string> Projects => _places.Keys;

    /// <summary>Takes up the places that are kept, and none besides.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        _places.Clear();
        foreach (var (name, value) in await cursors.BelowAsync(Prefix, cancel))
        {
            if (Timestamp.TryParse(value, out var from)) _places[name[Prefix.Length..]] = new(from, from);
        }
    }

    /// <summary>Reads what is new of a project, page by page, each kept together with where reading goes on.</summary>
    /// <exception cref="GoogleApiException">The project may not be read, or Cloud Logging does not answer.</exception>
    /// <exception cref="System.Data.Common.DbException">It cannot be kept.</exception>
    public async Task ReadAsync(string project, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var floor = Timestamp.From(now - declared.Overlap);
        var place = _places.GetOrAdd(project, _ => new(Timestamp.From(declared.Since.From(now)), default));
        await foreach (var page in logging.PagesAsync(project, place.From.ToString(), "", cancel))
        {
            // Behind the floor everything is asked for again, also where this ends before its last page.
            var last = page.NextToken == "" ? floor : page.Entries.Select(entry => Timestamp.TryParse(entry.Timestamp, out var time) ? time : place.From).Append(place.From).Max();
            var from = last > floor ? floor : last;
            if (from < place.From) from = place.From;
            var isToBeKept = page.Entries.Count > 0 || from.NanosSince(place.Kept) >= Far;
            if (isToBeKept) await watch.ObserveAsync([.. page.Entries.Select(entry => (entry.Json, PlaceOf(project, entry)))], Source, new(Prefix + project, from.ToString()), cancel);
            _places[project] = place = new(from, isToBeKept ? from : place.Kept);
        }
    }

    /// <summary>Forgets projects that are gone.</summary>
    public async Task ForgetAsync(IReadOnlyCollection<string> projects, CancellationToken cancel)
    {
        foreach (var project in projects)
        {
            await watch.ObserveAsync([], Source, new(Prefix + project, null), cancel);
            _places.TryRemove(project, out _);
        }
    }

    string Source => $"cloud-logging/{declared.Name}";

    string Prefix => $"cloud-logging/{declared.Name}/";

    static EntryLocation PlaceOf(string project, ListedEntry entry) => new($"projects/{project}{(entry.Timestamp == "" ? "" : $"@{entry.Timestamp}")}", 1, 0);

    /// <summary>Where reading of a project goes on, and what of that is kept.</summary>
    readonly record struct Place(Timestamp From, Timestamp Kept);
}
