using Davy.Server.Hosting;

namespace Davy.Server.Api.Own;

/// <summary>Our own small API below <c>/davy/v1</c>, for what Security Command Center has no method for; described in docs/api.md. Each path has the policy that stands beside it.</summary>
static class OwnApi
{
    const string Root = "/davy/v1";

    /// <summary>Adds what it needs.</summary>
    /// <param name="services">The program's services.</param>
    public static void AddOwnApi(this IServiceCollection services) =>
        services.AddSingleton<ScanIntake>().AddSingleton<ScanIntake.Others>().AddSingleton<OwnLists>().AddSingleton<AnswerMethods>().AddSingleton<DeploymentMethods>().AddSingleton<InspectionMethods>().AddSingleton<SourceStates>().AddSingleton<DeadLetterMethods>().AddSingleton<ResponseMethods>();

    /// <summary>Adds the end points.</summary>
    /// <param name="app">The program.</param>
    public static void MapOwnApi(this WebApplication app)
    {
        app.MapPost($"{Root}/scans", (HttpRequest request, ScanIntake intake, CancellationToken cancel) => intake.TakeAsync(request, cancel)).With(MethodPolicies.Ingest);

        app.MapGet($"{Root}/doubts", (HttpRequest request, OwnLists lists, CancellationToken cancel) => lists.DoubtsAsync(request, cancel)).With(MethodPolicies.View);
        app.MapGet($"{Root}/rejected-entries", (HttpRequest request, OwnLists lists, CancellationToken cancel) => lists.RejectedEntriesAsync(request, cancel)).With(MethodPolicies.View);
        app.MapGet($"{Root}/sources", (HttpRequest request, SourceStates sources) => sources.List(request)).With(MethodPolicies.View);
        app.MapGet($"{Root}/dead-letters", (HttpRequest request, DeadLetterMethods letters, CancellationToken cancel) => letters.ListAsync(request, cancel)).With(MethodPolicies.Respond);
        app.MapGet($"{Root}/dead-letters/{{id}}", (string id, HttpRequest request, DeadLetterMethods letters, CancellationToken cancel) => letters.ShowAsync(id, request, cancel)).With(MethodPolicies.Respond);
        app.MapPost($"{Root}/dead-letters/{{id}}:replay", (string id, HttpRequest request, DeadLetterMethods letters, CancellationToken cancel) => letters.ReplayAsync(id, request, cancel)).With(MethodPolicies.Administer);
        app.MapDelete($"{Root}/dead-letters/{{id}}", (string id, HttpRequest request, DeadLetterMethods letters, CancellationToken cancel) => letters.PurgeAsync(id, request, cancel)).With(MethodPolicies.Administer);
        app.MapGet($"{Root}/answers", (HttpRequest request, AnswerMethods answers, CancellationToken cancel) => answers.ListAsync(request, cancel)).With(MethodPolicies.View);

        app.MapGet($"{Root}/deployments", (HttpRequest request, DeploymentMethods deployments, CancellationToken cancel) => deployments.ListAsync(request, cancel)).With(MethodPolicies.View);
        app.MapGet($"{Root}/deployments/{{id}}", (string id, HttpRequest request, DeploymentMethods deployments, CancellationToken cancel) => deployments.ShowAsync(id, request, cancel)).With(MethodPolicies.View);
        app.MapGet($"{Root}/inspections", (HttpRequest request, InspectionMethods inspections, CancellationToken cancel) => inspections.ListAsync(request, cancel)).With(MethodPolicies.View);
        app.MapGet($"{Root}/inspections/{{id}}", (string id, HttpRequest request, InspectionMethods inspections, CancellationToken cancel) => inspections.ShowAsync(id, request, cancel)).With(MethodPolicies.View);

        app.MapGet($"{Root}/response-journals/{{journal}}", (string journal, HttpRequest request, ResponseMethods responses, CancellationToken cancel) => responses.EndAsync(journal, request, cancel)).With(MethodPolicies.Respond);
        app.MapPost($"{Root}/response-journals/{{journal}}:append", (string journal, HttpRequest request, ResponseMethods responses, CancellationToken cancel) => responses.AppendAsync(journal, request, cancel)).With(MethodPolicies.Respond);
        app.MapGet($"{Root}/responses", (HttpRequest request, ResponseMethods responses, CancellationToken cancel) => responses.ListAsync(request, cancel)).With(MethodPolicies.View);
        app.MapGet($"{Root}/responses/{{record}}", (string record, HttpRequest request, ResponseMethods responses, CancellationToken cancel) => responses.ShowAsync(record, request, cancel)).With(MethodPolicies.View);

        foreach (var node in new[] { "organizations", "folders", "projects" })
        {
            foreach (var location in new[] { "", "/locations/global" })
            {
                var path = $"{Root}/{node}/{{node}}/sources/{{source}}{location}/findings/{{finding}}:answer";
                app.MapPost(path, (string source, string finding, HttpRequest request, AnswerMethods answers, CancellationToken cancel) =>
                    answers.AddAsync($"{node}/{request.RouteValues["node"]}/sources/{source}/findings/{finding}", request, cancel)).With(MethodPolicies.Triage);
            }
        }
    }

    static void With(this RouteHandlerBuilder endpoint, string policy) => endpoint.RequireAuthorization(policy).AddEndpointFilter<OwnFaults>();
}
