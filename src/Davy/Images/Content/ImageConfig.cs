namespace Davy.Images.Content;

/// <summary>What an image runs, and how it was made (https://github.com/opencontainers/image-spec/blob/main/config.md). All texts are hostile.</summary>
public sealed record ImageConfig
{
    /// <summary>The program and its first arguments.</summary>
    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    /// <summary>More arguments; without an entrypoint, the program itself.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The environment, with values in clear: they may be judged, and are never shown whole.</summary>
    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = [];

    /// <summary>The labels.</summary>
    public IReadOnlyList<(string Name, string Value)> Labels { get; init; } = [];

    /// <summary>The folder that it starts in; empty for the root.</summary>
    public string WorkingFolder { get; init; } = "";

    /// <summary>The user that it runs as; empty for root.</summary>
    public string User { get; init; } = "";

    /// <summary>How it was made, the eldest step first.</summary>
    public IReadOnlyList<ImageStep> History { get; init; } = [];

    /// <summary>The digests of its layers once they are inflated, the lowest first.</summary>
    public IReadOnlyList<Digest> DiffIds { get; init; } = [];

    /// <summary>What it runs on.</summary>
    public required Platform Platform { get; init; }

    /// <summary>When it was made, as it says.</summary>
    public string Created { get; init; } = "";

    /// <summary>Reads a configuration.</summary>
    /// <param name="utf8">Its bytes, checked against its digest.</param>
    /// <param name="limits">How much it may hold.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="UnreadableImageException">It is none.</exception>
    public static ImageConfig Parse(ReadOnlyMemory<byte> utf8, ImageLimits limits)
    {
        var json = HostileJson.Parse(utf8, "the configuration");
        var config = json.Object("config");
        var root = json.Object("rootfs");
        if (!root.Exists && !config.Exists && json.Text("os").Length == 0) throw new UnreadableImageException(UnreadableReason.Format, "It is no image of a container: its configuration has neither 'config' nor 'rootfs'.");

        var diffIds = root.List("diff_ids");
        if (diffIds.Count > limits.Layers) throw new UnreadableImageException(UnreadableReason.Limit, $"The configuration has {diffIds.Count} layers, and no more than {limits.Layers} are read.");
        return new()
        {
            Entrypoint = Words(config, "Entrypoint"),
            Command = Words(config, "Cmd"),
            Environment = [.. Words(config, "Env").Select(Variable)],
            Labels = config.Object("Labels").Texts(),
            WorkingFolder = config.Text("WorkingDir"),
            User = config.Text("User"),
            History = [.. json.List("history").Select(step => new ImageStep(step.Text("created_by"), step.Text("comment"), step.Text("author")))],
            DiffIds = [.. diffIds.Select((id, index) => Digest.TryParse(id.Text(), out var digest) ? digest : throw root.Fault($"diff_ids[{index}]", Digest.WhyNot(id.Text())))],
            Platform = new(json.Text("os"), json.Text("architecture"), json.Text("variant")),
            Created = json.Text("created"),
        };
    }

    /// <summary>A list of texts; Docker also takes a single text for a list of one.</summary>
    static IReadOnlyList<string> Words(HostileJson json, string name) =>
        json.Member(name) is { IsText: true } word ? [word.Text()] : [.. json.List(name).Select(each => each.Text())];

    static (string Name, string Value) Variable(string text) => text.IndexOf('=') is > 0 and var equals ? (text[..equals], text[(equals + 1)..]) : (text, "");
}

/// <summary>One step of how an image was made; hostile.</summary>
/// <param name="CreatedBy">What was done: <c>/bin/sh -c apt-get update</c>, <c>COPY app /app # buildkit</c>.</param>
/// <param name="Comment">What was said of it.</param>
/// <param name="Author">Who did it, as he says.</param>
public sealed record ImageStep(string CreatedBy, string Comment, string Author);
