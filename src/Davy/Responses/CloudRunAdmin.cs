using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.CloudRun;
using Davy.Google;
using Davy.Outbound;

namespace Davy.Responses;

/// <summary>
/// The Cloud Run Admin API v2 over REST (https://cloud.google.com/run/docs/reference/rest), and v1 for what v2 does not have. What reads is tried again where the service is busy; what
/// changes something is sent once.
/// </summary>
/// <param name="api">Who calls.</param>
/// <param name="service">Where the service is, with a slash at the end.</param>
/// <param name="time">The clock.</param>
public sealed class CloudRunAdmin(GoogleApi api, Uri service, TimeProvider time)
{
    const int MostPages = 100;

    static readonly TimeSpan LongestOperation = TimeSpan.FromMinutes(10);

    /// <summary>Reads an object.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="GoogleApiException">It is not there, or may not be read.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public Task<JsonElement> GetAsync(string name, CancellationToken cancel) => api.GetAsync(new(service, $"v2/{name}"), cancel);

    /// <summary>Reads an object that may not be there.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The object; null where it is not there.</returns>
    /// <exception cref="GoogleApiException">It may not be read.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async Task<JsonElement?> FindAsync(string name, CancellationToken cancel)
    {
        try
        {
            var found = await GetAsync(name, cancel);
            return found.Text("deleteTime") == "" ? found : null;
        }
        catch (GoogleApiException fault) when (fault.Code is HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Lists what stands in an object.</summary>
    /// <param name="parent">The object's full name.</param>
    /// <param name="collection"><c>revisions</c> or <c>executions</c>.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="GoogleApiException">They may not be read.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public Task<List<JsonElement>> ListAsync(string parent, string collection, CancellationToken cancel) =>
        PagesAsync($"v2/{parent}/{collection}?pageSize=100", "pageToken", collection, answer => answer.Text("nextPageToken"), cancel);

    /// <summary>The revisions of a service as v1 tells them: only there are the digests that ran.</summary>
    /// <param name="resource">The service.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="GoogleApiException">They may not be read.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public Task<List<JsonElement>> FirstGenerationRevisionsAsync(CloudRunResource resource, CancellationToken cancel) =>
        PagesAsync($"v1/projects/{resource.Project}/locations/{resource.Location}/revisions?labelSelector={Uri.EscapeDataString($"serving.knative.dev/service={resource.Name}")}&limit=100", "continue", "items",
            answer => answer.Member("metadata").Text("continue"), cancel);

    /// <summary>The services of a project in all regions, as v1 tells them: v2 lists one region at a time.</summary>
    /// <param name="project">The project.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="GoogleApiException">They may not be read.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public Task<List<JsonElement>> FirstGenerationServicesAsync(string project, CancellationToken cancel) =>
        PagesAsync($"v1/projects/{project}/locations/-/services?limit=100", "continue", "items", answer => answer.Member("metadata").Text("continue"), cancel);

    /// <summary>Reads who may do what.</summary>
    /// <param name="name">The object's full name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="GoogleApiException">It may not be read.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public Task<JsonElement> PolicyAsync(string name, CancellationToken cancel) => api.GetAsync(new(service, $"v2/{name}:getIamPolicy?options.requestedPolicyVersion=3"), cancel);

    /// <summary>Sends one step, once.</summary>
    /// <param name="step">The step.</param>
    /// <param name="etag">The state that it may change: of the object, or of its policy.</param>
    /// <param name="validateOnly">Whether it is only rehearsed.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>An operation; for a policy the policy.</returns>
    /// <exception cref="GoogleApiException">It was refused, or nobody knows.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public Task<JsonElement> SendAsync(ResponseStep step, string etag, bool validateOnly, CancellationToken cancel)
    {
        if (validateOnly && !step.CanRehearse) throw new ArgumentException("The method cannot be rehearsed.", nameof(validateOnly));

        var body = step.Body?.DeepClone().AsObject() ?? [];
        switch (step.Kind)
        {
            case StepKind.Update:
                body["etag"] = etag;
                List<string> query = [];
                if (step.UpdateMask != "") query.Add($"updateMask={Uri.EscapeDataString(step.UpdateMask)}");
                if (validateOnly) query.Add("validateOnly=true");
                return CallAsync(HttpMethod.Patch, $"v2/{step.Target}{(query.Count > 0 ? "?" : "")}{string.Join('&', query)}", body, cancel);
            case StepKind.Delete:
                return CallAsync(HttpMethod.Delete, $"v2/{step.Target}?etag={Uri.EscapeDataString(etag)}{(validateOnly ? "&validateOnly=true" : "")}", null, cancel);
            case StepKind.Cancel:
                body["etag"] = etag;
                if (validateOnly) body["validateOnly"] = true;
                return CallAsync(HttpMethod.Post, $"v2/{step.Target}:cancel", body, cancel);
            default:
                body["etag"] = etag;
                return CallAsync(HttpMethod.Post, $"v2/{step.Target}:setIamPolicy", new() { ["policy"] = body }, cancel);
        }
    }

    /// <summary>Waits until an operation is done.</summary>
    /// <param name="operation">What <see cref="SendAsync"/> gave.</param>
    /// <param name="cancel">Stops waiting; the operation goes on.</param>
    /// <returns>A task.</returns>
    /// <exception cref="GoogleApiException">It failed; without a code where it is not known how it ended.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async Task WaitAsync(JsonElement operation, CancellationToken cancel)
    {
        var name = operation.Text("name");
        var begun = time.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(250);
        while (!operation.Flag("done"))
        {
            if (!WorkloadName.IsOperation(name)) throw new GoogleApiException($"{service.Authority} answered something that is no operation.");
            if (time.GetElapsedTime(begun) > LongestOperation) throw new GoogleApiException($"The operation {name} is not done after {LongestOperation.TotalMinutes} minutes.");
            await Task.Delay(pause, time, cancel);
            pause = pause * 1.5 is var longer && longer < TimeSpan.FromSeconds(5) ? longer : TimeSpan.FromSeconds(5);
            try
            {
                operation = await GetAsync(name, cancel);
            }
            catch (GoogleApiException fault)
            {
                throw new GoogleApiException($"It is not known how the operation ended: {fault.Message}", fault);
            }
        }

        if (operation.Member("error") is { ValueKind: JsonValueKind.Object } error)
        {
            throw new GoogleApiException($"The operation failed: {Excerpt.Of(error.Text("message"), 500)}") { Code = HttpStatusCode.BadRequest, Status = "FAILED" };
        }
    }

    async Task<List<JsonElement>> PagesAsync(string path, string parameter, string list, Func<JsonElement, string> next, CancellationToken cancel)
    {
        List<JsonElement> all = [];
        var token = "";
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await api.GetAsync(new(service, token == "" ? path : $"{path}&{parameter}={Uri.EscapeDataString(token)}"), cancel);
            all.AddRange(answer.Items(list).Where(item => item.ValueKind is JsonValueKind.Object));
            token = next(answer);
            if (token == "") return all;
        }

        throw new GoogleApiException($"{service.Authority} has more pages than {MostPages}.") { Code = HttpStatusCode.BadGateway };
    }

    Task<JsonElement> CallAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancel) =>
        api.SendAsync(method, new(service, path), body is null ? null : Encoding.UTF8.GetBytes(body.ToJsonString()), cancel);
}
