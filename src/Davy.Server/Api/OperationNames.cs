namespace Davy.Server.Api;

/// <summary>
/// The names of operations. Google serves them below organisations alone, whatever the work began at, and its clients can ask for no other path; so an operation that began
/// at a folder or project has that in its id: <c>organizations/1/operations/folders-5-ID</c>.
/// </summary>
static class OperationNames
{
    const string Collection = "/operations/";

    /// <summary>The name for the wire.</summary>
    /// <param name="kept">The name as it is kept: <c>folders/5/operations/ID</c>.</param>
    /// <param name="organization">The organisation's number; null where it is not known.</param>
    public static string Write(string kept, string? organization) =>
        kept.StartsWith("organizations/", StringComparison.Ordinal)
            ? kept
            : $"organizations/{organization ?? "-"}{Collection}{kept.Replace(Collection, "-", StringComparison.Ordinal).Replace('/', '-')}";

    /// <summary>The name as it is kept.</summary>
    /// <param name="name">The name of the wire.</param>
    public static string Read(string name)
    {
        var at = name.IndexOf(Collection, StringComparison.Ordinal);
        if (at < 0) return name;

        var id = name[(at + Collection.Length)..];
        var (kind, own) = (id.IndexOf('-', StringComparison.Ordinal), id.LastIndexOf('-'));
        return own > kind && kind > 0 && (id[..kind] is "folders" or "projects") ? $"{id[..kind]}/{id[(kind + 1)..own]}{Collection}{id[(own + 1)..]}" : name;
    }
}
