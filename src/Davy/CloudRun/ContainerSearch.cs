using System.Text;
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
    readonly List<Segment> _path = [];
    PlacedText? _imageDigest;

    /// <summary>The service account that the containers run as; empty where none was found.</summary>
    public string ServiceAccount { get; private set; } = "";

    /// <summary>Looks through one body.</summary>
    /// <param name="body">A request, a response, or a whole object.</param>
    /// <param name="place">The body's own path in the entry.</param>
    public void Look(JsonElement body, string place)
    {
        _path.Add(new(default, -1, place));
        Visit(body);
        _path.RemoveAt(_path.Count - 1);
    }

    /// <summary>What was found, each image once: a body and its echo name the same containers.</summary>
    /// <returns>Specified containers first, then overrides, then images that only an annotation names.</returns>
    public IReadOnlyList<Container> Containers()
    {
        List<Container> found = [];
        HashSet<string> seen = [];

        foreach (var container in Ran().OrderBy(container => container.Origin))
        {
            if (seen.Add(Everything(container))) found.Add(container);
        }

        foreach (var annotation in _annotations)
        {
            if (found.Exists(container => container.Image?.Text == annotation.Text)) continue;
            found.Add(new() { Origin = ContainerOrigin.Annotation, Image = annotation });
        }

        return found;
    }

    /// <summary>The specified containers, each with the digest that its status gives; a status without a container is one by itself.</summary>
    IEnumerable<Container> Ran()
    {
        var unclaimed = _statuses.ToList();
        if (_imageDigest is not null && !unclaimed.Exists(status => status.Image.Text == _imageDigest.Text)) unclaimed.Insert(0, ("", _imageDigest));

        var isFirst = true;
        foreach (var container in _containers)
        {
            if (container.Origin is not ContainerOrigin.Specification)
            {
                yield return container;
                continue;
            }

            var at = unclaimed.FindIndex(status => status.Container == container.Name);
            if (at < 0 && isFirst) at = unclaimed.FindIndex(status => status.Container == "");
            isFirst = false;

            if (at < 0)
            {
                yield return container;
                continue;
            }

            yield return container with { Ran = unclaimed[at].Image };
            unclaimed.RemoveAt(at);
        }

        foreach (var (name, image) in unclaimed) yield return new() { Name = name, Image = image, Ran = image };
    }

    static string Everything(Container container) => string.Join('\0',
        [container.Name, container.Origin.ToString(), container.Image?.Text, container.Ran?.Text,
            .. container.Command.Select(text => text.Text), "", .. container.Args.Select(text => text.Text), "",
            .. container.Environment.Select(variable => $"{variable.Name}={variable.Value}")]);

    void Visit(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                _path.Add(new(default, index++, null));
                Visit(item);
                _path.RemoveAt(_path.Count - 1);
            }
        }
        else if (value.ValueKind is JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
            {
                _path.Add(new(property, -1, null));
                VisitProperty(property);
                _path.RemoveAt(_path.Count - 1);
            }
        }
    }

    void VisitProperty(JsonProperty property)
    {
        var value = property.Value;
        switch (value.ValueKind)
        {
            case JsonValueKind.Array when property.Is("containerOverrides"u8) || property.Is("container_overrides"u8):
                Gather(value, ContainerOrigin.Override);
                break;
            case JsonValueKind.Array when property.Is("containerStatuses"u8) || property.Is("container_statuses"u8):
                GatherStatuses(value);
                break;
            case JsonValueKind.Array when IsContainerList(property):
                Gather(value, ContainerOrigin.Specification);
                break;
            case JsonValueKind.String when property.Is("imageDigest"u8):
                _imageDigest ??= Placed(value);
                break;
            case JsonValueKind.String when property.Is(UserImage):
                if (Placed(value) is { } annotation && !_annotations.Exists(known => known.Text == annotation.Text)) _annotations.Add(annotation);
                break;
            case JsonValueKind.String when property.Is("serviceAccountName"u8) || property.Is("serviceAccount"u8):
                if (ServiceAccount == "") ServiceAccount = value.TextOrEmpty;
                break;
            case JsonValueKind.Object or JsonValueKind.Array:
                Visit(value);
                break;
        }
    }

    static bool IsContainerList(JsonProperty property) =>
        property.Is("containers"u8) || property.Is("initContainers"u8) || property.Is("init_containers"u8);

    void Gather(JsonElement list, ContainerOrigin origin)
    {
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            _path.Add(new(default, index++, null));
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

            _path.RemoveAt(_path.Count - 1);
        }
    }

    void GatherStatuses(JsonElement list)
    {
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            _path.Add(new(default, index++, null));
            if (At("imageDigest", item.Field("imageDigest"u8)) is { } image) _statuses.Add((item.Text("name"u8), image));
            _path.RemoveAt(_path.Count - 1);
        }
    }

    PlacedText? Placed(JsonElement value) => value.TextOrEmpty is { Length: > 0 } text ? new(text, PathText()) : null;

    PlacedText? At(string name, JsonElement value) => value.TextOrEmpty is { Length: > 0 } text ? new(text, $"{PathText()}.{name}") : null;

    List<PlacedText> Texts(string name, JsonElement list)
    {
        List<PlacedText> texts = [];
        if (At(name, list) is { } single) texts.Add(single);
        if (list.ValueKind is not JsonValueKind.Array) return texts;

        var path = PathText();
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.TextOrEmpty is { Length: > 0 } text) texts.Add(new(text, $"{path}.{name}[{index}]"));
            index++;
        }

        return texts;
    }

    List<EnvironmentVariable> Variables(JsonElement list)
    {
        List<EnvironmentVariable> variables = [];
        if (list.ValueKind is not JsonValueKind.Array) return variables;

        var path = PathText();
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind is JsonValueKind.Object) variables.Add(new(item.Text("name"u8), item.Text("value"u8), $"{path}.env[{index}].value"));
            index++;
        }

        return variables;
    }

    string PathText()
    {
        var text = new StringBuilder();
        foreach (var segment in _path)
        {
            if (segment.Root is not null) text.Append(segment.Root);
            else if (segment.Index >= 0) text.Append('[').Append(segment.Index).Append(']');
            else text.Append(text.Length > 0 ? "." : "").Append(segment.Property.SafeName);
        }

        return text.ToString();
    }

    /// <summary>A step of the path; its name is decoded only where something was found.</summary>
    readonly record struct Segment(JsonProperty Property, int Index, string? Root);
}
