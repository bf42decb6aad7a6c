using System.Text.Json.Nodes;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary><c>KEY=VALUE,KEY=VALUE</c>, as gcloud has it; with another separator after <c>^</c>: <c>^;^a=1,2;b=3</c> (https://cloud.google.com/sdk/gcloud/reference/topic/escaping).</summary>
static class KeyValues
{
    /// <summary>Reads them.</summary>
    /// <param name="option">The option's name, for messages.</param>
    /// <param name="texts">The option's values.</param>
    /// <exception cref="UsageException">They are none.</exception>
    public static JsonObject Parse(string option, IReadOnlyList<string> texts)
    {
        JsonObject all = [];
        foreach (var text in texts)
        {
            var (separator, rest) = (",", text);
            if (text is ['^', ..] && text.IndexOf('^', 1) is > 1 and var end) (separator, rest) = (text[1..end], text[(end + 1)..]);
            foreach (var pair in rest.Split(separator, StringSplitOptions.RemoveEmptyEntries))
            {
                var at = pair.IndexOf('=', StringComparison.Ordinal);
                if (at < 1) throw new UsageException($"{option}: '{TextSanitizer.Clean(pair)}' is no KEY=VALUE.");
                if (!all.TryAdd(pair[..at].Trim(), pair[(at + 1)..])) throw new UsageException($"{option}: '{TextSanitizer.Clean(pair[..at])}' stands twice.");
            }
        }

        return all;
    }
}
