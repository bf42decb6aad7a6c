using Davy.Findings;
using Davy.Server.Api.Requests;
using Davy.Server.Hosting;

namespace Davy.Server.Api.Own;

/// <summary>The images that are looked into in the background.</summary>
/// <param name="watch">The watch.</param>
/// <param name="paging">The pages.</param>
sealed class InspectionMethods(Watch watch, Paging paging)
{
    /// <summary><c>GET /davy/v1/inspections</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancel)
    {
        InspectionQuery query = new() { Image = OwnRequests.Text(request, "image"), Verdict = OwnRequests.Text(request, "verdict") };
        var (kept, next) = await OwnLists.PageAsync(request, paging, ["inspections", query.Image, query.Verdict],
            (before, size, stop) => watch.Inspections.ListAsync(query, before, size, stop), image => image.Key, cancel, "image", "verdict", "pageSize", "pageToken");
        return Results.Json(new InspectionPage([.. kept.Select(ImageAnswer.Of)], next), OwnJson.Default.InspectionPage);
    }

    /// <summary><c>GET /davy/v1/inspections/ID</c>.</summary>
    /// <param name="id">The id.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> ShowAsync(string id, HttpRequest request, CancellationToken cancel) =>
        Results.Json(ImageAnswer.Of(await OwnLists.FindAsync(request, "davy/Inspection", id, watch.Inspections.FindAsync, cancel)), OwnJson.Default.ImageAnswer);
}

/// <summary>A page of images.</summary>
/// <param name="Inspections">The images, those that were seen first last.</param>
/// <param name="NextPageToken">The token of the next page; left out where there is none.</param>
sealed record InspectionPage(IReadOnlyList<ImageAnswer> Inspections, string? NextPageToken);
