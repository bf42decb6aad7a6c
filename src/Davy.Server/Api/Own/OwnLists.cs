using System.Globalization;
using Davy.Findings;
using Davy.Reports;
using Davy.Server.Api.Requests;

namespace Davy.Server.Api.Own;

/// <summary>Lists of what was not judged or not read.</summary>
/// <param name="doubts">The doubts.</param>
/// <param name="rejected">The rejected entries.</param>
/// <param name="paging">The pages.</param>
sealed class OwnLists(DoubtStore doubts, RejectedEntryStore rejected, Paging paging)
{
    /// <summary><c>GET /davy/v1/doubts</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> DoubtsAsync(HttpRequest request, CancellationToken cancel)
    {
        var (kept, next) = await PageAsync(request, paging, ["doubts"], doubts.ListAsync, doubt => doubt.Key, cancel, "pageSize", "pageToken");
        DoubtPage page = new([.. kept.Select(doubt => new DoubtAnswer(
            Word(doubt.Kind.ToString()), doubt.Subject, doubt.Project, doubt.Detail, doubt.Example, doubt.Place, doubt.Count, doubt.FirstAt, doubt.LastAt))], next, await doubts.DroppedAsync(cancel));
        return Results.Json(page, OwnJson.Default.DoubtPage);
    }

    /// <summary><c>GET /davy/v1/rejected-entries</c>: never their bytes, which may hold secrets.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> RejectedEntriesAsync(HttpRequest request, CancellationToken cancel)
    {
        var (kept, next) = await PageAsync(request, paging, ["rejected-entries"], rejected.ListAsync, entry => entry.Key, cancel, "pageSize", "pageToken");
        RejectedEntryPage page = new([.. kept.Select(entry => new RejectedEntryAnswer(entry.Reason.ToString(), entry.Detail, entry.Place, entry.SeenAt))], next, await rejected.DroppedAsync(cancel));
        return Results.Json(page, OwnJson.Default.RejectedEntryPage);
    }

    /// <summary>Reads a page of what is listed by falling keys.</summary>
    /// <typeparam name="T">What is listed.</typeparam>
    /// <param name="request">The request.</param>
    /// <param name="paging">The pages.</param>
    /// <param name="signed">What makes the query.</param>
    /// <param name="list">Lists so many below a key.</param>
    /// <param name="key">The key of one.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="names">The parameters that the method has.</param>
    /// <returns>The page, and the token of the next; null where there is none.</returns>
    public static async Task<(List<T> Page, string? Next)> PageAsync<T>(
        HttpRequest request, Paging paging, IReadOnlyList<string> signed, Func<long?, int, CancellationToken, Task<List<T>>> list, Func<T, long> key, CancellationToken cancel, params string[] names)
    {
        OwnRequests.CheckQuery(request, names);
        var size = OwnRequests.PageSize(request);
        var place = await paging.ReadAsync(OwnRequests.Text(request, "pageToken"), signed, cancel);
        var page = await list(place is null ? null : long.Parse(place.After, CultureInfo.InvariantCulture), size + 1, cancel);
        if (page.Count <= size) return (page, null);

        page.RemoveAt(size);
        return (page, await paging.WriteAsync(new(key(page[^1]).ToString(CultureInfo.InvariantCulture), 0), signed, cancel));
    }

    /// <summary>Finds one of what is listed.</summary>
    /// <typeparam name="T">What is listed.</typeparam>
    /// <param name="request">The request, which has no parameters.</param>
    /// <param name="type">What it is called.</param>
    /// <param name="id">Its key, as it was sent.</param>
    /// <param name="find">Finds it by its key; null where there is none.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<T> FindAsync<T>(HttpRequest request, string type, string id, Func<long, CancellationToken, Task<T?>> find, CancellationToken cancel)
        where T : class
    {
        OwnRequests.CheckQuery(request);
        var found = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var key) ? await find(key, cancel) : null;
        return found ?? throw Faults.NotFound(type, TextSanitizer.Clean(id, 40));
    }

    static string Word(string name) => $"{char.ToLowerInvariant(name[0])}{name[1..]}";
}
