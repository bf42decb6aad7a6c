using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Davy.Google;

namespace Davy.Findings.Live;

/// <summary>
/// Asks Google where projects stand and whom to call: Resource Manager (https://cloud.google.com/resource-manager/reference/rest/v3), Cloud Asset Inventory
/// (https://cloud.google.com/asset-inventory/docs/reference/rest/v1/assets/list) and Essential Contacts (https://cloud.google.com/resource-manager/docs/reference/essentialcontacts/rest).
/// Few calls are made at once, and a service that is busy is given time.
/// </summary>
/// <param name="api">Who calls; asked for when there is something to call.</param>
/// <param name="services">Where the services are.</param>
public sealed partial class GoogleHierarchy(Func<GoogleApi> api, GoogleEndpoints services) : IDisposable
{
    const int AtOnce = 4;
    const int MostPages = 10_000;

    readonly SemaphoreSlim _gate = new(AtOnce, AtOnce);

    /// <summary>A node.</summary>
    /// <param name="name"><c>organizations/1</c>, <c>folders/2</c>, or <c>projects/3</c> with a number or an id.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The node.</returns>
    /// <exception cref="GoogleApiException">There is none, or it may not be read.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async Task<HierarchyNode> NodeAsync(string name, CancellationToken cancel) =>
        Read(await GetAsync(services.ResourceManager, $"v3/{Escaped(name)}", cancel), services.ResourceManager);

    /// <summary>What stands directly in a node.</summary>
    /// <param name="kind"><c>folders</c> or <c>projects</c>.</param>
    /// <param name="parent">The organisation or folder.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The nodes.</returns>
    /// <exception cref="GoogleApiException">They may not be listed.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async IAsyncEnumerable<HierarchyNode> ChildrenAsync(string kind, string parent, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var node in PagesAsync(services.ResourceManager, $"v3/{kind}?parent={Uri.EscapeDataString(parent)}&pageSize=300", kind, cancel)) yield return Read(node, services.ResourceManager);
    }

    /// <summary>The security contacts of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="inherited">Whether those of the nodes above count too.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Their e-mail addresses, sorted, without those that Google found to be wrong.</returns>
    /// <exception cref="GoogleApiException">They may not be read.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async Task<IReadOnlyList<string>> ContactsAsync(string node, bool inherited, CancellationToken cancel)
    {
        SortedSet<string> emails = new(StringComparer.OrdinalIgnoreCase);
        var path = inherited ? $"v1/{Escaped(node)}/contacts:compute?notificationCategories=SECURITY&pageSize=100" : $"v1/{Escaped(node)}/contacts?pageSize=100";
        await foreach (var contact in PagesAsync(services.EssentialContacts, path, "contacts", cancel))
        {
            var categories = contact.TryGetProperty("notificationCategorySubscriptions", out var list) && list.ValueKind is JsonValueKind.Array
                ? list.EnumerateArray().Where(each => each.ValueKind is JsonValueKind.String).Select(each => each.GetString()!).ToList()
                : [];
            var email = Text(contact, "email");
            if (email.Contains('@', StringComparison.Ordinal) && Text(contact, "validationState") != "INVALID" && (inherited || categories.Contains("SECURITY") || categories.Contains("ALL"))) emails.Add(email);
        }

        return [.. emails];
    }

    /// <summary>What stands above a project, by Cloud Asset Inventory, which may be allowed where Resource Manager is not.</summary>
    /// <param name="project">The project's id or number.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The names, the project's own first and the organisation's last; empty where the project is not known.</returns>
    /// <exception cref="GoogleApiException">It may not be read.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async Task<IReadOnlyList<string>> AncestorsAsync(string project, CancellationToken cancel)
    {
        var answer = await GetAsync(services.CloudAsset, $"v1/projects/{Uri.EscapeDataString(project)}/assets?assetTypes=cloudresourcemanager.googleapis.com%2FProject&pageSize=1", cancel);
        if (!answer.TryGetProperty("assets", out var assets) || assets.ValueKind is not JsonValueKind.Array || assets.GetArrayLength() == 0) return [];

        return assets[0].ValueKind is JsonValueKind.Object && assets[0].TryGetProperty("ancestors", out var names) && names.ValueKind is JsonValueKind.Array
            && names.EnumerateArray().All(name => name.ValueKind is JsonValueKind.String && NodeName().IsMatch(name.GetString()!))
            ? [.. names.EnumerateArray().Select(name => name.GetString()!)]
            : throw Strange(services.CloudAsset);
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    async IAsyncEnumerable<JsonElement> PagesAsync(Uri service, string path, string list, [EnumeratorCancellation] CancellationToken cancel)
    {
        var token = "";
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await GetAsync(service, token.Length == 0 ? path : $"{path}&pageToken={Uri.EscapeDataString(token)}", cancel);
            if (answer.TryGetProperty(list, out var items))
            {
                if (items.ValueKind is not JsonValueKind.Array || items.EnumerateArray().Any(item => item.ValueKind is not JsonValueKind.Object)) throw Strange(service);
                foreach (var item in items.EnumerateArray()) yield return item;
            }

            token = Text(answer, "nextPageToken");
            if (token.Length == 0) yield break;
        }

        throw Strange(service);
    }

    async Task<JsonElement> GetAsync(Uri service, string path, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            return await api().GetAsync(new(service, path), cancel);
        }
        finally
        {
            _gate.Release();
        }
    }

    static HierarchyNode Read(JsonElement json, Uri service)
    {
        var (name, parent) = (Text(json, "name"), Text(json, "parent"));
        return NodeName().IsMatch(name) && (parent.Length == 0 || NodeName().IsMatch(parent)) ? new(name, Text(json, "projectId"), Text(json, "displayName"), parent) : throw Strange(service);
    }

    static string Escaped(string name) => string.Join('/', name.Split('/').Select(Uri.EscapeDataString));

    static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";

    static GoogleApiException Strange(Uri service) => new($"{service.Authority} answered something that it should not.") { Code = HttpStatusCode.BadGateway };

    [GeneratedRegex(@"\A(?:organizations|folders|projects)/[0-9]{1,30}\z")]
    private static partial Regex NodeName();
}
