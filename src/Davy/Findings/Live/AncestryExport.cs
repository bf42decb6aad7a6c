using System.Collections.Concurrent;
using System.Net;
using Davy.Google;

namespace Davy.Findings.Live;

/// <summary>At which nodes security contacts are asked for: each node costs a call.</summary>
public enum ContactScope
{
    /// <summary>At none.</summary>
    None,

    /// <summary>At organisations and folders.</summary>
    Folders,

    /// <summary>At all.</summary>
    All,
}

/// <summary>Walks an organisation, a folder or a project, downwards to its projects and upwards to its organisation, for an ancestry file.</summary>
/// <param name="google">The way to Google.</param>
/// <param name="scope">At which nodes contacts are asked for.</param>
public sealed class AncestryExport(GoogleHierarchy google, ContactScope scope)
{
    const int AtOnce = 4;
    const int EnoughRefusals = 10;

    readonly ConcurrentDictionary<string, HierarchyNode> _nodes = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, string> _refused = new(StringComparer.Ordinal);
    int _contactsRefused;
    int _contactsRead;

    /// <summary>How many folders were found so far.</summary>
    public int Folders => _nodes.Values.Count(node => node.Kind == "folders");

    /// <summary>How many projects were found so far.</summary>
    public int Projects => _nodes.Values.Count(node => node.Kind == "projects");

    /// <summary>The nodes that were found, by kind and number.</summary>
    public IReadOnlyList<HierarchyNode> Nodes =>
        [.. _nodes.Values.OrderBy(node => node.Kind, StringComparer.Ordinal).ThenBy(node => node.Number.Length).ThenBy(node => node.Number, StringComparer.Ordinal)];

    /// <summary>What may not be read: a node and what of it, to why.</summary>
    public IReadOnlyDictionary<string, string> Refused => _refused;

    /// <summary>Walks.</summary>
    /// <param name="root"><c>organizations/1</c>, <c>folders/2</c> or <c>projects/3</c>, a project by number or id.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A task.</returns>
    /// <exception cref="GoogleApiException">The root is not there or nothing of it may be read, or a service does not answer.</exception>
    /// <exception cref="CredentialException">There is no token to be had.</exception>
    public async Task RunAsync(string root, CancellationToken cancel)
    {
        GoogleApiException? rootRefused = null;
        try
        {
            Add(await google.NodeAsync(root, cancel));
        }
        catch (GoogleApiException fault) when (fault.Code is HttpStatusCode.Forbidden && !root.StartsWith("projects/", StringComparison.Ordinal))
        {
            // What stands in it may be allowed all the same.
            rootRefused = fault;
            Refuse(root, fault);
            Add(new(root, "", "", ""));
        }

        var level = _nodes.Keys.Where(name => !name.StartsWith("projects/", StringComparison.Ordinal)).ToList();
        for (var depth = 0; level.Count > 0 && depth <= AncestryFile.FoldersDeep; depth++)
        {
            ConcurrentBag<string> below = [];
            await EachAsync(level, async (parent, stop) =>
            {
                await ListAsync("projects", parent, null, stop);
                await ListAsync("folders", parent, below, stop);
            }, cancel);
            level = [.. below];
        }

        if (rootRefused is not null && _nodes.Count == 1) throw rootRefused;
        await UpwardsAsync(cancel);
        if (scope is not ContactScope.None) await EachAsync(_nodes.Values.Where(node => scope is ContactScope.All || node.Kind != "projects"), ContactsAsync, cancel);
    }

    static Task EachAsync<T>(IEnumerable<T> all, Func<T, CancellationToken, Task> run, CancellationToken cancel) =>
        Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (each, stop) => await run(each, stop));

    async Task ListAsync(string kind, string parent, ConcurrentBag<string>? below, CancellationToken cancel)
    {
        try
        {
            await foreach (var node in google.ChildrenAsync(kind, parent, cancel))
            {
                if (Add(node)) below?.Add(node.Name);
            }
        }
        catch (GoogleApiException fault) when (fault.Code is HttpStatusCode.Forbidden)
        {
            Refuse($"{kind} of {parent}", fault);
        }
    }

    /// <summary>The file names parents that must stand in it.</summary>
    async Task UpwardsAsync(CancellationToken cancel)
    {
        for (var step = 0; step <= AncestryFile.FoldersDeep; step++)
        {
            if (_nodes.Values.Select(node => node.Parent).FirstOrDefault(parent => parent.Length > 0 && !_nodes.ContainsKey(parent)) is not { } missing) return;
            try
            {
                Add(await google.NodeAsync(missing, cancel));
            }
            catch (GoogleApiException fault) when (fault.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
            {
                Refuse(missing, fault);
                Add(new(missing, "", "", ""));
            }
        }
    }

    async Task ContactsAsync(HierarchyNode node, CancellationToken cancel)
    {
        // Where ten were refused and none was allowed, the rest would be refused as well.
        if (_contactsRead == 0 && _contactsRefused >= EnoughRefusals) return;
        try
        {
            var contacts = await google.ContactsAsync(node.Name, inherited: false, cancel);
            Interlocked.Increment(ref _contactsRead);
            if (contacts.Count > 0) _nodes[node.Name] = node with { SecurityContacts = contacts };
        }
        catch (GoogleApiException fault) when (fault.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            Interlocked.Increment(ref _contactsRefused);
            Refuse($"contacts of {node.Name}", fault);
        }
    }

    bool Add(HierarchyNode node) => _nodes.TryAdd(node.Name, node);

    void Refuse(string what, GoogleApiException fault) => _refused[what] = fault.Message;
}
