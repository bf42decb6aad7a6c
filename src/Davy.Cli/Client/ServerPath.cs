namespace Davy.Cli.Client;

/// <summary>A path of a request with its query.</summary>
static class ServerPath
{
    /// <summary>Puts the query behind the path; what is empty is left out.</summary>
    /// <param name="path">The path.</param>
    /// <param name="query">Names, which need no escape, and values.</param>
    public static string Of(string path, params ReadOnlySpan<(string Name, string Value)> query)
    {
        var mark = '?';
        foreach (var (name, value) in query)
        {
            if (value == "") continue;
            path += $"{mark}{name}={Uri.EscapeDataString(value)}";
            mark = '&';
        }

        return path;
    }
}
