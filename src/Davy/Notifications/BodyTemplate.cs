using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Davy.Findings;
using Davy.Reports;

namespace Davy.Notifications;

/// <summary>
/// The body of a webhook: JSON in whose texts <c>${path}</c> stands for a field. The body is built as JSON and written at the end, so no value, whatever it holds, can become
/// more than a text. <c>docs/notifications.md</c> describes the language.
/// </summary>
public sealed partial class BodyTemplate
{
    const int MostCharacters = 10_000;
    const int DefaultLength = 1_000;

    readonly JsonNode _root;

    BodyTemplate(JsonNode root) => _root = root;

    /// <summary>The names of the templates that Davy brings along.</summary>
    public static IReadOnlyList<string> Ready { get; } = ["cloudevents", "json", "pagerduty", "slack"];

    /// <summary>One of the templates that Davy brings along.</summary>
    /// <param name="name">Its name, one of <see cref="Ready"/>.</param>
    /// <returns>The template.</returns>
    public static BodyTemplate OfName(string name)
    {
        using var stream = typeof(BodyTemplate).Assembly.GetManifestResourceStream($"template-{name}.json") ?? throw new ArgumentException($"There is no template '{name}'.", nameof(name));
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return Parse(bytes.ToArray());
    }

    /// <summary>Reads a template.</summary>
    /// <param name="utf8">JSON; comments are allowed.</param>
    /// <returns>The template.</returns>
    /// <exception cref="FormatException">It is no JSON, or a placeholder is none; the message is a sentence.</exception>
    public static BodyTemplate Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var root = JsonNode.Parse(utf8, documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false })
                ?? throw new FormatException("the template is null.");
            Check(root);
            return new(root);
        }
        catch (JsonException fault)
        {
            throw new FormatException($"the template is no JSON (line {fault.LineNumber + 1}): {fault.Message.Split(" LineNumber:")[0].Split(" Path:")[0]}", fault);
        }
    }

    /// <summary>The names below <c>secret</c> that it uses.</summary>
    public IReadOnlySet<string> Secrets
    {
        get
        {
            HashSet<string> names = new(StringComparer.Ordinal);
            Collect(_root);
            return names;

            void Collect(JsonNode? node)
            {
                if (node is JsonObject map) foreach (var (_, value) in map) Collect(value);
                else if (node is JsonArray list) foreach (var value in list) Collect(value);
                else if (node is JsonValue value && value.TryGetValue(out string? text))
                {
                    names.UnionWith(Placeholders().Matches(text).SelectMany(found => found.Groups["path"].Value.Split('|')).Where(path => path.StartsWith("secret.", StringComparison.Ordinal)).Select(path => path[7..]));
                }
            }
        }
    }

    /// <summary>Makes the body of a notification.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="secrets">The secrets by name.</param>
    /// <returns>JSON, in UTF-8.</returns>
    public byte[] Fill(Notification notification, IReadOnlyDictionary<string, string> secrets)
    {
        var fields = NotificationFields.Of(notification, secrets);
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes)) Write(json, _root, fields);
        return bytes.ToArray();
    }

    static void Write(Utf8JsonWriter json, JsonNode? node, JsonObject fields)
    {
        switch (node)
        {
            case JsonObject map:
                json.WriteStartObject();
                foreach (var (name, value) in map)
                {
                    json.WritePropertyName(name);
                    Write(json, value, fields);
                }

                json.WriteEndObject();
                return;
            case JsonArray list:
                json.WriteStartArray();
                foreach (var value in list) Write(json, value, fields);
                json.WriteEndArray();
                return;
            case JsonValue value when value.TryGetValue(out string? text):
                WriteText(json, text, fields);
                return;
            case null:
                json.WriteNullValue();
                return;
            default:
                node.WriteTo(json);
                return;
        }
    }

    static void WriteText(Utf8JsonWriter json, string text, JsonObject fields)
    {
        // A placeholder alone keeps the field's type: an object stays an object.
        if (Placeholders().Match(text) is { Success: true } only && only.Length == text.Length && only.Groups["path"].Success && !only.Groups["how"].Success
            && Find(only.Groups["path"].Value, fields) is { } node && node.GetValueKind() is not JsonValueKind.String)
        {
            node.WriteTo(json);
            return;
        }

        json.WriteStringValue(Placeholders().Replace(text, found => found.Groups["path"].Success ? Shown(found, fields) : "${"));
    }

    static string Shown(Match placeholder, JsonObject fields)
    {
        var node = Find(placeholder.Groups["path"].Value, fields);
        var text = node is null ? "" : node.GetValueKind() is JsonValueKind.String ? node.GetValue<string>() : FindingJsonText.Write(node);
        var most = placeholder.Groups["most"] is { Success: true } given ? int.Parse(given.Value, CultureInfo.InvariantCulture) : DefaultLength;
        return placeholder.Groups["how"].Value switch
        {
            "text" => TextSanitizer.Clean(text, most),

            // Slack reads these three as the beginning of links and of calls to everybody: https://docs.slack.dev/messaging/formatting-message-text#escaping
            "slack" => TextSanitizer.Clean(text, most).Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal),
            _ => text,
        };
    }

    static JsonNode? Find(string paths, JsonObject fields)
    {
        foreach (var path in paths.Split('|'))
        {
            JsonNode? node = fields;
            foreach (var name in path.Split('.'))
            {
                node = node switch
                {
                    JsonObject map => map[name],
                    JsonArray list when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < list.Count => list[place],
                    _ => null,
                };
            }

            if (node is not null && !(node is JsonValue value && value.TryGetValue(out string? text) && text.Length == 0)) return node;
        }

        return null;
    }

    static void Check(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (_, value) in map) Check(value);
                return;
            case JsonArray list:
                foreach (var value in list) Check(value);
                return;
            case JsonValue value when value.TryGetValue(out string? text):
                if (text.Length > MostCharacters) throw new FormatException($"a text of the template is longer than {MostCharacters} characters.");
                foreach (var found in Placeholders().Matches(text).Where(found => found.Groups["path"].Success)) CheckPath(found);
                if (Placeholders().Replace(text, "").Contains("${", StringComparison.Ordinal)) throw new FormatException($"'{TextSanitizer.Clean(text, 100)}': a placeholder is ${{path}}, ${{path|path}}, ${{path!text}} or ${{path!slack:150}}; write $${{ for the two characters.");
                return;
            default:
                return;
        }
    }

    static void CheckPath(Match placeholder)
    {
        foreach (var path in placeholder.Groups["path"].Value.Split('|'))
        {
            if (!NotificationFields.Roots.Contains(path.Split('.')[0])) throw new FormatException($"'{placeholder.Value}': a path begins with {string.Join(", ", NotificationFields.Roots)}.");
        }
    }

    [GeneratedRegex(@"\$\$\{|\$\{(?<path>[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*(?:\|[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)*)(?:!(?<how>text|slack)(?::(?<most>[1-9][0-9]{0,4}))?)?\}")]
    private static partial Regex Placeholders();
}
