using System.Text.RegularExpressions;
using Davy.Images;
using Davy.Server.Hosting;
using Davy.Server.Ingest.Files;
using Davy.Server.Ingest.Logging;
using Davy.Server.Ingest.Nats;

namespace Davy.Server.Ingest;

/// <summary>The sources of a configuration; described in docs/sources.md.</summary>
static partial class SourceDeclarations
{
    const int Most = 64;

    /// <summary>How a source of each kind is read. Each checks all of its members.</summary>
    static readonly Dictionary<string, Func<string, LocatedJson, SourceDeclaration>> Kinds = new(StringComparer.Ordinal)
    {
        ["cloud-logging"] = CloudLoggingDeclaration.Read,
        ["files"] = FilesDeclaration.Read,
        ["nats"] = NatsDeclaration.Read,
        ["pubsub-push"] = PubsubPushDeclaration.Read,
        ["pubsub-pull"] = PubsubPullDeclaration.Read,
    };

    /// <summary>Reads them.</summary>
    /// <param name="file">The configuration file.</param>
    /// <exception cref="OptionException">One is wrong; the message names file and line.</exception>
    public static IReadOnlyList<SourceDeclaration> Read(ConfigurationFile file)
    {
        try
        {
            Dictionary<string, SourceDeclaration> read = new(StringComparer.Ordinal);
            foreach (var json in file.Sources)
            {
                var (name, kind) = (json.Text("name"), json.Text("kind"));
                if (!IsName(name)) throw json.Fault($"the name '{name}' must be of a-z, 0-9 and -, and have 63 characters at most");
                if (!Kinds.TryGetValue(kind, out var of)) throw json.Fault($"the kind '{kind}' is not known; those known are {string.Join(", ", Kinds.Keys)}");
                if (!read.TryAdd(name, of(name, json))) throw json.Fault($"there is another source '{name}'");
                if (read.Count > Most) throw json.Fault($"there may be {Most} sources at most");
            }

            return [.. read.Values];
        }
        catch (UnreadableFileException fault)
        {
            throw new OptionException($"--config: {fault.Message}");
        }
    }

    /// <summary>Whether a text may be the name of a source.</summary>
    /// <param name="text">The text.</param>
    public static bool IsName(string text) => Name().IsMatch(text);

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex Name();
}
