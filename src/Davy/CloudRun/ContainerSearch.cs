using System.Text.Json;
using Davy.Logs;

namespace Davy.CloudRun;

/// <summary>
/// Finds every container, image annotation, override and digest in a body, wherever it stands: Knative v1 and API v2 nest them at different depths,
/// and a method never seen before may nest them elsewhere. What a container looks like does not change.
/// </summary>
sealed class ContainerSearch
{
    static ReadOnlySpan<byte> UserImage => "client.knative.dev/user-image"u8;

    readonly List<Container> _containers = [];
    readonly List<PlacedText> _annotations = [];
    readonly List<(string Container, PlacedText Image)> _statuses = [];
    EntryPath _path = null!;
    HashSet<string>? _annotated;
    PlacedText? _imageDigest;

    /// <summary>The service account that the containers run as; empty where none was found.</summary>
    public string ServiceAccount { get; private set; } = "";

    /// <summary>Looks through one body.</summary>
    /// <param name="body">A request, a response, or a whole object.</param>
    /// <param name="place">The body's own path in the entry.</param>
    public void Look(JsonValue body, string place)
    {
        if (body.Tree is not { } tree) return;
        _path = new(body, place);
        Scan(tree, body.Row, tree[body.Row].Next);
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

    /// <summary>Goes through rows, which are all that is below a value, in the order of the text.</summary>
    void Scan(JsonTree tree, int row, int end)
    {
        while (row < end)
        {
            ref readonly var each = ref tree[row];
            if (each.Type is not JsonTokenType.PropertyName || (!each.IsEscaped && !IsLengthOfAName(each.Length))) row++;
            else row = Look(new JsonMember(tree, row), row + 1);
        }
    }

    /// <summary>Whether one of the names that are sought has so many bytes: nearly all others have not.</summary>
    static bool IsLengthOfAName(int length) => length is 10 or 11 or 14 or 15 or 17 or 18 or 19 or 29;

    /// <summary>Looks at a member, and says at which row to go on: behind it where all that is below it was looked at.</summary>
    int Look(JsonMember member, int row)
    {
        var value = member.Value;
        switch (value.ValueKind)
        {
            case JsonValueKind.Array when member.Is("containerOverrides"u8) || member.Is("container_overrides"u8):
                Gather(value, ContainerOrigin.Override);
                return value.Tree![row].Next;
            case JsonValueKind.Array when member.Is("containerStatuses"u8) || member.Is("container_statuses"u8):
                GatherStatuses(value);
                return value.Tree![row].Next;
            case JsonValueKind.Array when IsContainerList(member):
                Gather(value, ContainerOrigin.Specification);
                return value.Tree![row].Next;
            case JsonValueKind.String when member.Is("imageDigest"u8):
                _imageDigest ??= Placed(value);
                break;
            case JsonValueKind.String when member.Is(UserImage):
                if (Placed(value) is { } annotation && (_annotated ??= new(StringComparer.Ordinal)).Add(annotation.Text)) _annotations.Add(annotation);
                break;
            case JsonValueKind.String when member.Is("serviceAccountName"u8) || member.Is("serviceAccount"u8):
                if (ServiceAccount == "") ServiceAccount = value.TextOrEmpty;
                break;
        }

        return row;
    }

    static bool IsContainerList(JsonMember member) =>
        member.Is("containers"u8) || member.Is("initContainers"u8) || member.Is("init_containers"u8);

    void Gather(JsonValue list, ContainerOrigin origin)
    {
        foreach (var item in list.Items)
        {
            if (item.ValueKind is JsonValueKind.Object)
            {
                var container = new Container
                {
                    Name = item.Text("name"u8),
                    Origin = origin,
                    Image = origin is ContainerOrigin.Override ? null : At(item, "image", item.Field("image"u8)),
                    Command = Texts(item, "command", item.Field("command"u8)),
                    Args = Texts(item, "args", item.Field("args"u8)),
                    Environment = Variables(item, item.Field("env"u8)),
                };
                if (container is not { Image: null, Command: [], Args: [], Environment: [] }) _containers.Add(container);
            }

            Scan(item.Tree!, item.Row, item.Tree![item.Row].Next);
        }
    }

    void GatherStatuses(JsonValue list)
    {
        foreach (var item in list.Items)
        {
            if (At(item, "imageDigest", item.Field("imageDigest"u8)) is { } image) _statuses.Add((item.Text("name"u8), image));
        }
    }

    PlacedText? Placed(JsonValue value) => value.TextOrEmpty is { Length: > 0 } text ? new(text, _path.To(value.Row)) : null;

    PlacedText? At(JsonValue item, string name, JsonValue value) => value.TextOrEmpty is { Length: > 0 } text ? new(text, _path.To(item.Row, name)) : null;

    List<PlacedText> Texts(JsonValue item, string name, JsonValue list)
    {
        if (At(item, name, list) is { } single) return [single];

        List<PlacedText>? texts = null;
        var index = 0;
        foreach (var each in list.Items)
        {
            if (each.TextOrEmpty is { Length: > 0 } text) (texts ??= []).Add(new(text, _path.To(item.Row, name, index)));
            index++;
        }

        return texts ?? [];
    }

    List<EnvironmentVariable> Variables(JsonValue item, JsonValue list)
    {
        List<EnvironmentVariable>? variables = null;
        var index = 0;
        foreach (var each in list.Items)
        {
            if (each.ValueKind is JsonValueKind.Object) (variables ??= []).Add(new(each.Text("name"u8), each.Text("value"u8), _path.To(item.Row, "env", index, ".value")));
            index++;
        }

        return variables ?? [];
    }
}
