using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Davy.Logs;

namespace Davy.CloudRun;

/// <summary>
/// Finds every container, image annotation, override and digest in a body, wherever it stands: Knative v1 and API v2 nest them at different depths,
/// and a method never seen before may nest them elsewhere. What a container looks like does not change.
/// </summary>
sealed class ContainerSearch
{
    const int LongestPath = 512;
    const int LongestWord = 128;

    static ReadOnlySpan<byte> UserImage => "client.knative.dev/user-image"u8;

    readonly List<Container> _containers = [];
    readonly List<PlacedText> _annotations = [];
    readonly List<(string Container, PlacedText Image)> _statuses = [];
    readonly List<Step> _path = [];
    readonly List<string?> _words = [];
    HashSet<string>? _annotated;
    PlacedText? _imageDigest;

    /// <summary>The service account that the containers run as; empty where none was found.</summary>
    public string ServiceAccount { get; private set; } = "";

    /// <summary>Looks through one body.</summary>
    /// <param name="body">A request, a response, or a whole object.</param>
    /// <param name="place">The body's own path in the entry.</param>
    public void Look(JsonValue body, string place)
    {
        Push(new(default, -1));
        _words[^1] = place;
        Visit(body);
        Pop();
    }

    /// <summary>What was found, each image once: a body and its echo name the same containers.</summary>
    /// <returns>Specified containers first, then overrides, then images that only an annotation names.</returns>
    public IReadOnlyList<Container> Containers()
    {
        var ran = Ran();
        List<Container> found = new(ran.Count + _annotations.Count);
        var seen = ran.Count > 1 ? new HashSet<Container>(SameContainer.Instance) : null;
        foreach (var origin in (ReadOnlySpan<ContainerOrigin>)[ContainerOrigin.Specification, ContainerOrigin.Override])
        {
            foreach (var container in ran)
            {
                if (container.Origin == origin && seen?.Add(container) is not false) found.Add(container);
            }
        }

        if (_annotations.Count == 0) return found;

        HashSet<string> images = new(found.Where(container => container.Image is not null).Select(container => container.Image!.Text), StringComparer.Ordinal);
        foreach (var annotation in _annotations)
        {
            if (!images.Contains(annotation.Text)) found.Add(new() { Origin = ContainerOrigin.Annotation, Image = annotation });
        }

        return found;
    }

    /// <summary>The specified containers, each with the digest that its status gives; a status without a container is one by itself.</summary>
    List<Container> Ran()
    {
        if (_imageDigest is not null && !_statuses.Exists(status => status.Image.Text == _imageDigest.Text)) _statuses.Insert(0, ("", _imageDigest));
        _imageDigest = null;
        if (_statuses.Count == 0) return _containers;

        Dictionary<string, Queue<int>> unclaimed = new(StringComparer.Ordinal);
        for (var at = 0; at < _statuses.Count; at++)
        {
            if (!unclaimed.TryGetValue(_statuses[at].Container, out var queue)) unclaimed.Add(_statuses[at].Container, queue = []);
            queue.Enqueue(at);
        }

        List<Container> ran = [];
        HashSet<int> claimed = [];
        var isFirst = true;
        foreach (var container in _containers)
        {
            if (container.Origin is not ContainerOrigin.Specification)
            {
                ran.Add(container);
                continue;
            }

            var of = unclaimed.GetValueOrDefault(container.Name) is { Count: > 0 } own ? own : isFirst ? unclaimed.GetValueOrDefault("") : null;
            isFirst = false;

            if (of is null || !of.TryDequeue(out var claim))
            {
                ran.Add(container);
                continue;
            }

            claimed.Add(claim);
            ran.Add(container with { Ran = _statuses[claim].Image });
        }

        for (var at = 0; at < _statuses.Count; at++)
        {
            if (!claimed.Contains(at)) ran.Add(new() { Name = _statuses[at].Container, Image = _statuses[at].Image, Ran = _statuses[at].Image });
        }

        return ran;
    }

    void Visit(JsonValue value)
    {
        var index = 0;
        foreach (var item in value.Items)
        {
            Push(new(default, index++));
            Visit(item);
            Pop();
        }

        foreach (var member in value.Members)
        {
            Push(new(member, -1));
            Visit(member, member.Value);
            Pop();
        }
    }

    void Visit(JsonMember member, JsonValue value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array when member.Is("containerOverrides"u8) || member.Is("container_overrides"u8):
                Gather(value, ContainerOrigin.Override);
                break;
            case JsonValueKind.Array when member.Is("containerStatuses"u8) || member.Is("container_statuses"u8):
                GatherStatuses(value);
                break;
            case JsonValueKind.Array when IsContainerList(member):
                Gather(value, ContainerOrigin.Specification);
                break;
            case JsonValueKind.String when member.Is("imageDigest"u8):
                _imageDigest ??= Placed(value);
                break;
            case JsonValueKind.String when member.Is(UserImage):
                if (Placed(value) is { } annotation && (_annotated ??= new(StringComparer.Ordinal)).Add(annotation.Text)) _annotations.Add(annotation);
                break;
            case JsonValueKind.String when member.Is("serviceAccountName"u8) || member.Is("serviceAccount"u8):
                if (ServiceAccount == "") ServiceAccount = value.TextOrEmpty;
                break;
            case JsonValueKind.Object or JsonValueKind.Array:
                Visit(value);
                break;
        }
    }

    static bool IsContainerList(JsonMember member) =>
        member.Is("containers"u8) || member.Is("initContainers"u8) || member.Is("init_containers"u8);

    void Gather(JsonValue list, ContainerOrigin origin)
    {
        var index = 0;
        foreach (var item in list.Items)
        {
            Push(new(default, index++));
            if (item.ValueKind is JsonValueKind.Object)
            {
                var container = new Container
                {
                    Name = item.Text("name"u8),
                    Origin = origin,
                    Image = origin is ContainerOrigin.Override ? null : At("image", item.Field("image"u8)),
                    Command = Texts("command", item.Field("command"u8)),
                    Args = Texts("args", item.Field("args"u8)),
                    Environment = Variables(item.Field("env"u8)),
                };
                if (container is not { Image: null, Command: [], Args: [], Environment: [] }) _containers.Add(container);
            }

            Visit(item);

            Pop();
        }
    }

    void GatherStatuses(JsonValue list)
    {
        var index = 0;
        foreach (var item in list.Items)
        {
            Push(new(default, index++));
            if (At("imageDigest", item.Field("imageDigest"u8)) is { } image) _statuses.Add((item.Text("name"u8), image));
            Pop();
        }
    }

    PlacedText? Placed(JsonValue value) => value.TextOrEmpty is { Length: > 0 } text ? new(text, PathText()) : null;

    PlacedText? At(string name, JsonValue value) => value.TextOrEmpty is { Length: > 0 } text ? new(text, $"{PathText()}.{name}") : null;

    List<PlacedText> Texts(string name, JsonValue list)
    {
        List<PlacedText> texts = [];
        if (At(name, list) is { } single) texts.Add(single);
        if (list.ValueKind is not JsonValueKind.Array) return texts;

        var path = PathText();
        var index = 0;
        foreach (var item in list.Items)
        {
            if (item.TextOrEmpty is { Length: > 0 } text) texts.Add(new(text, $"{path}.{name}[{index}]"));
            index++;
        }

        return texts;
    }

    List<EnvironmentVariable> Variables(JsonValue list)
    {
        List<EnvironmentVariable> variables = [];
        if (list.ValueKind is not JsonValueKind.Array) return variables;

        var path = PathText();
        var index = 0;
        foreach (var item in list.Items)
        {
            if (item.ValueKind is JsonValueKind.Object) variables.Add(new(item.Text("name"u8), item.Text("value"u8), $"{path}.env[{index}].value"));
            index++;
        }

        return variables;
    }

    /// <summary>
    /// The path so far. It is kept with every container, and the log chooses its words: long ones are cut, or one entry could fill the memory. A name is decoded once, and only
    /// where something was found.
    /// </summary>
    string PathText()
    {
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[LongestPath]);
        for (var at = 0; at < _path.Count && text.Text.Length <= LongestPath; at++)
        {
            if (_path[at].Index >= 0)
            {
                text.AppendLiteral("[");
                text.AppendFormatted(_path[at].Index);
                text.AppendLiteral("]");
                continue;
            }

            if (text.Text.Length > 0) text.AppendLiteral(".");
            text.AppendLiteral(_words[at] ??= Cut(_path[at].Member.Name, LongestWord));
        }

        return Cut(text.ToStringAndClear(), LongestPath);
    }

    static string Cut(string text, int length) =>
        text.Length <= length ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");

    void Push(Step step)
    {
        _path.Add(step);
        _words.Add(null);
    }

    void Pop()
    {
        _path.RemoveAt(_path.Count - 1);
        _words.RemoveAt(_words.Count - 1);
    }

    /// <summary>A step of the path: a member, or an index.</summary>
    readonly record struct Step(JsonMember Member, int Index);
}
