using Davy.Findings;

namespace Davy.Server.Api.Requests;

/// <summary>Reads the names in requests; what is wrong with one is told with the field that it stands in.</summary>
static class Names
{
    const string Forms = "below organizations/…, folders/… or projects/…, with or without /locations/global";

    /// <summary>A finding's name.</summary>
    /// <param name="field">The field that holds it.</param>
    /// <param name="text">The name.</param>
    public static FindingName Finding(string field, string text) =>
        FindingName.TryParse(Given(field, text), out var name) ? name : throw Bad(field, $"'{Shown(text)}' is no name of a finding: …/sources/SOURCE/findings/FINDING, {Forms}.");

    /// <summary>The name of a source, or of all sources.</summary>
    /// <param name="field">The field that holds it.</param>
    /// <param name="text">The name.</param>
    public static SourceName Sources(string field, string text) =>
        SourceName.TryParse(Given(field, text), out var name) ? name : throw Bad(field, $"'{Shown(text)}' is no name of a source: …/sources/SOURCE (or '-' for all), {Forms}.");

    /// <summary>The name of one source.</summary>
    /// <param name="field">The field that holds it.</param>
    /// <param name="text">The name.</param>
    public static SourceName Source(string field, string text) =>
        Sources(field, text) is { SourceId: not SourceName.All } name ? name : throw Bad(field, "one source must be named; '-' is for lists.");

    /// <summary>An organisation, folder or project, as <c>organizations/1</c>.</summary>
    /// <param name="field">The field that holds it.</param>
    /// <param name="text">Its name, with or without <c>/locations/global</c>.</param>
    public static string Node(string field, string text)
    {
        var node = Given(field, text).EndsWith(Global, StringComparison.Ordinal) ? text[..^Global.Length] : text;
        return node.Count(letter => letter == '/') == 1 && SourceName.TryParse($"{node}/sources/{SourceName.All}", out _)
            ? node
            : throw Bad(field, $"'{Shown(text)}' is no organizations/…, folders/… or projects/…, with or without /locations/global.");
    }

    /// <summary>The name of something that a node has: <c>organizations/1/locations/global/muteConfigs/ID</c>.</summary>
    /// <param name="field">The field that holds it.</param>
    /// <param name="text">The name, with or without <c>/locations/global</c>.</param>
    /// <param name="collection">What it is one of: <c>muteConfigs</c>.</param>
    /// <returns>The node, and the canonical name.</returns>
    public static (string Node, string Name) Member(string field, string text, string collection)
    {
        var at = Given(field, text).LastIndexOf($"/{collection}/", StringComparison.Ordinal);
        if (at < 0) throw Bad(field, $"'{Shown(text)}' is no name of one of {collection}: …/{collection}/ID, {Forms}.");

        var id = text[(at + collection.Length + 2)..];
        if (id.Length is 0 or > 128 || id.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_'))) throw Bad(field, $"the id in '{Shown(text)}' has 1 to 128 letters, digits, '-' or '_'.");
        var node = Node(field, text[..at]);
        return (node, MemberName(node, collection, id));
    }

    /// <summary>The canonical name of something that a node has.</summary>
    /// <param name="node">The node.</param>
    /// <param name="collection">What it is one of.</param>
    /// <param name="id">Its id.</param>
    public static string MemberName(string node, string collection, string id) => $"{node}{Global}/{collection}/{id}";

    const string Global = "/locations/global";

    /// <summary>A field that must be given.</summary>
    /// <param name="field">The field.</param>
    /// <param name="text">Its value.</param>
    public static string Given(string field, string text) => text.Length > 0 ? text : throw Faults.Missing(field);

    static Grpc.Core.RpcException Bad(string field, string description) => Faults.Invalid(field, "INVALID_NAME", description);

    // A name from outside goes back into a message: not its whole length, and nothing that a terminal would act on.
    static string Shown(string text) => string.Concat(text.Take(120).Select(letter => char.IsControl(letter) ? '?' : letter));
}
