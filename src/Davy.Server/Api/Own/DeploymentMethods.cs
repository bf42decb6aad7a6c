using Davy.Findings;
using Davy.Server.Api.Requests;
using Davy.Server.Hosting;

namespace Davy.Server.Api.Own;

/// <summary>What was deployed, as far as the watch remembers it.</summary>
/// <param name="watch">The watch.</param>
/// <param name="paging">The pages.</param>
sealed class DeploymentMethods(Watch watch, Paging paging)
{
    /// <summary><c>GET /davy/v1/deployments</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancel)
    {
        DeploymentQuery query = new() { Project = OwnRequests.Text(request, "project"), Resource = OwnRequests.Text(request, "resource"), Principal = OwnRequests.Text(request, "principal") };
        var (kept, next) = await OwnLists.PageAsync(request, paging, ["deployments", query.Project, query.Resource, query.Principal],
            (before, size, stop) => watch.Deployments.ListAsync(query, before, size, stop), deployment => deployment.Key, cancel, "project", "resource", "principal", "pageSize", "pageToken");
        return Results.Json(new DeploymentPage([.. kept.Select(DeploymentAnswer.Of)], next), OwnJson.Default.DeploymentPage);
    }

    /// <summary><c>GET /davy/v1/deployments/ID</c>.</summary>
    /// <param name="id">The id.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IResult> ShowAsync(string id, HttpRequest request, CancellationToken cancel) =>
        Results.Json(DeploymentAnswer.Of(await OwnLists.FindAsync(request, "davy/Deployment", id, watch.Deployments.FindAsync, cancel)), OwnJson.Default.DeploymentAnswer);
}

/// <summary>A page of deployments.</summary>
/// <param name="Deployments">The deployments, those that were kept last first.</param>
/// <param name="NextPageToken">The token of the next page; left out where there is none.</param>
sealed record DeploymentPage(IReadOnlyList<DeploymentAnswer> Deployments, string? NextPageToken);
