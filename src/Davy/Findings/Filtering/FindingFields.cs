namespace Davy.Findings.Filtering;

/// <summary>
/// The fields that a filter, an order and a group may name: those of the v2 Finding, those of its resource under <c>resource.</c>, and the names that
/// Security Command Center's filters have for some of the resource's (https://cloud.google.com/security-command-center/docs/reference/rest/v2/organizations.sources.findings/list).
/// </summary>
public static class FindingFields
{
    /// <summary>What the documented filters call fields that the v2 resource keeps deeper.</summary>
    static readonly Dictionary<string, string[]> ResourceAliases = new(StringComparer.Ordinal)
    {
        ["parent_name"] = ["gcp_metadata", "parent"],
        ["parentName"] = ["gcp_metadata", "parent"],
        ["parent"] = ["gcp_metadata", "parent"],
        ["parent_display_name"] = ["gcp_metadata", "parent_display_name"],
        ["parentDisplayName"] = ["gcp_metadata", "parent_display_name"],
        ["project_name"] = ["gcp_metadata", "project"],
        ["projectName"] = ["gcp_metadata", "project"],
        ["project"] = ["gcp_metadata", "project"],
        ["project_display_name"] = ["gcp_metadata", "project_display_name"],
        ["projectDisplayName"] = ["gcp_metadata", "project_display_name"],
        ["folders"] = ["gcp_metadata", "folders"],
        ["organization"] = ["gcp_metadata", "organization"],
    };

    /// <summary>Finds the way that a dotted name means.</summary>
    /// <param name="name">For example <c>access.callerIp</c> or <c>resource.project_display_name</c>.</param>
    /// <returns>The way.</returns>
    /// <exception cref="FilterException">There is no such field; the column counts within <paramref name="name"/>.</exception>
    public static FieldPath Find(string name)
    {
        List<PathSegment> segments = [];
        var column = 1;
        foreach (var part in name.Split('.'))
        {
            segments.Add(new(part, column));
            column += part.Length + 1;
        }

        return Find(segments, null);
    }

    /// <summary>Finds the way that a filter's segments mean.</summary>
    /// <param name="segments">The names between the dots, at least one.</param>
    /// <param name="list">The list whose elements the <c>contains</c> around it looks at; null outside one.</param>
    /// <returns>The way.</returns>
    /// <exception cref="FilterException">There is no such field.</exception>
    internal static FieldPath Find(IReadOnlyList<PathSegment> segments, FieldPath? list)
    {
        if (list is { Message: null }) return Element(segments, list);
        if (list is { Message: { } message }) return Walk(FieldRoot.Element, message, segments);
        if (segments[0].Text != "resource") return Walk(FieldRoot.Finding, MessageType.Finding, segments);
        if (segments.Count == 1) throw new FilterException(segments[0].Column, "'resource' is an object; name one of its fields, as in resource.name");

        var rest = segments.Skip(1);
        if (ResourceAliases.TryGetValue(segments[1].Text, out var alias))
        {
            rest = alias.Select(word => segments[1] with { Text = word }).Concat(segments.Skip(2));
        }

        return Walk(FieldRoot.Resource, MessageType.Resource, [.. rest]);
    }

    static FieldPath Element(IReadOnlyList<PathSegment> segments, FieldPath list) =>
        segments is [{ Text: "elem" }]
            ? new() { Root = FieldRoot.Element, Text = "elem", Steps = [], Kind = list.Kind, Values = list.Values }
            : throw new FilterException(segments[0].Column, $"the elements of {list.Shown} have no fields; write elem for the element itself");

    static FieldPath Walk(FieldRoot root, MessageType message, IReadOnlyList<PathSegment> way)
    {
        List<FieldStep> steps = [];
        MessageType? here = message;
        FieldType? last = null;

        for (var at = 0; at < way.Count; at++)
        {
            var segment = way[at];
            if (last is { Kind: FieldKind.Value })
            {
                steps.Add(FieldStep.ToKey(segment.Text, ignoringCase: false));
            }
            else if (last is { IsMap: true } map && steps[^1].Field is not null)
            {
                steps.Add(FieldStep.ToKey(segment.Text, ignoringCase: map.Kind is FieldKind.Text));
            }
            else
            {
                if (here is null) throw new FilterException(segment.Column, $"{way[at - 1]} has no fields, so {segment} cannot follow it");
                last = here.Field(segment.Text) ?? throw Unknown(segment, here, root, isFirst: at == 0);
                steps.Add(FieldStep.To(last));
                here = last.Message;
            }
        }

        var words = steps.Select(step => step.Field?.Name ?? Quoted(step.Name));
        return new()
        {
            Root = root,
            Text = string.Join('.', root is FieldRoot.Resource ? words.Prepend("resource") : words),
            Steps = steps,
            Kind = last!.Kind,
            Values = last.Values,
            Message = last.Message,
        };
    }

    static FilterException Unknown(PathSegment segment, MessageType message, FieldRoot root, bool isFirst)
    {
        var names = message.Fields.Select(field => field.Name);
        if (root is FieldRoot.Resource && isFirst) names = names.Concat(ResourceAliases.Keys.Where(name => !name.Any(char.IsAsciiLetterUpper)));
        if (root is FieldRoot.Finding && isFirst) names = names.Append("resource");

        var nearest = names.Select(name => (name, far: Distance(segment.Text, name))).MinBy(each => each.far);
        var hint = nearest.far <= 1 + segment.Text.Length / 4 ? $"; did you mean '{nearest.name}'?"
            : message.Fields.Count <= 12 ? $"; expected {string.Join(", ", message.Fields.Select(field => field.Name))}"
            : "; expected a field of the finding, or resource. and a field of its resource";
        return new(segment.Column, $"there is no field {segment} in {Words(message)}{hint}");
    }

    static string Words(MessageType message) =>
        message == MessageType.Finding ? "a finding" : message == MessageType.Resource ? "a resource" : message.Name;

    /// <summary>A key as a filter writes it: bare where it can be.</summary>
    internal static string Quoted(string key) => PathSegment.IsBare(key) ? key : FilterText.Quote(key);

    /// <summary>How many letters must be put in, taken out or changed.</summary>
    static int Distance(string left, string right)
    {
        if (left.Length > 64) return int.MaxValue;

        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var at = 1; at <= left.Length; at++)
        {
            var corner = row[0]++;
            for (var to = 1; to <= right.Length; to++)
            {
                var above = row[to];
                row[to] = Math.Min(Math.Min(above, row[to - 1]) + 1, left[at - 1] == right[to - 1] ? corner : corner + 1);
                corner = above;
            }
        }

        return row[^1];
    }
}

/// <summary>One name of a dotted path.</summary>
/// <param name="Text">The name.</param>
/// <param name="Column">Where it stands, from 1.</param>
readonly record struct PathSegment(string Text, int Column)
{
    const int LongestShown = 40;

    /// <summary>Whether a key needs no quotes: letters, digits, '_' and, not first, '-'.</summary>
    public static bool IsBare(string key) => key.Length > 0 && key[0] != '-' && key.All(IsWord);

    /// <summary>Whether a character may stand in a bare name.</summary>
    public static bool IsWord(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-';

    /// <summary>The beginning of a long word, for an error.</summary>
    public static string Clip(ReadOnlySpan<char> word) => word.Length > LongestShown ? $"{word[..LongestShown]}…" : word.ToString();

    /// <summary>The name, for an error; whatever is no plain word is not shown.</summary>
    public override string ToString() => IsBare(Text) ? $"'{Clip(Text)}'" : "of that name";
}
