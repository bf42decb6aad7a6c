using System.Runtime.InteropServices;
using Davy.Logs;

namespace Davy.Images;

/// <summary>The steps from a text as somebody wrote it to what it says; each step that changed something leaves its words.</summary>
sealed class WrittenReference(string text)
{
    const string HubPages = "hub.docker.com";

    static readonly string[] Schemes = ["https://", "http://", "docker://"];

    List<string>? _steps;
    string _tag = "";
    Digest? _digest;

    /// <summary>Why the text cannot be read; empty where it can.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Puts words together that each may be empty.</summary>
    public static string Join(params ReadOnlySpan<string> words)
    {
        var joined = "";
        foreach (var word in words)
        {
            if (word.Length > 0) joined = joined.Length > 0 ? $"{joined}; {word}" : word;
        }

        return joined;
    }

    /// <summary>Reads the text: one reading, or two where the first part may be a host or a namespace.</summary>
    public bool TryRead(out IReadOnlyList<ImageCandidate.Exact> readings)
    {
        var name = TagAndDigest(Bare());
        readings = Fault.Length > 0 ? [] : Readings(name);
        return readings.Count > 0;
    }

    /// <summary>The name of a registry's host as all others write it, and what was changed.</summary>
    public static string HostName(ReadOnlySpan<char> written, out string step)
    {
        var host = TextPool.Of(written).ToLowerInvariant();
        var port = host.LastIndexOf(':') is > 0 and var colon && !host.EndsWith(']') ? host[colon..] : "";
        var plain = host[..^port.Length];
        if (plain.EndsWith('.')) plain = plain[..^1];
        if (port.Length > 0 && port.TrimStart(':').TrimStart('0') != "443") plain += port;

        var (name, why) = plain switch
        {
            "index.docker.io" or "registry-1.docker.io" or "registry.hub.docker.com" or HubPages => (ImageReference.DockerHub, $"{plain} is another name of docker.io"),
            "mirror.gcr.io" => (ImageReference.DockerHub, "mirror.gcr.io is Google's mirror of docker.io"),
            _ => (plain, ""),
        };
        step = Join(plain == host ? "" : "the host was written with a dot or port that changes nothing", why);
        return name;
    }

    void AddStep(string step) => (_steps ??= []).Add(step);

    ReadOnlySpan<char> Bare()
    {
        var bare = text.AsSpan().Trim();
        if (bare.Length < text.Length) AddStep("white space around it was left out");

        foreach (var scheme in Schemes)
        {
            if (!bare.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) continue;

            bare = bare[scheme.Length..];
            AddStep($"{scheme} was left out");
            break;
        }

        // What follows a page's address in a browser is no part of the name.
        var query = bare.StartsWith(HubPages, StringComparison.OrdinalIgnoreCase) ? bare.IndexOfAny('?', '#') : -1;
        return query < 0 ? bare : bare[..query];
    }

    ReadOnlySpan<char> TagAndDigest(ReadOnlySpan<char> bare)
    {
        ReferenceGrammar.Cut(bare, out var name, out var tag, out var digest, out var hasTag, out var hasDigest);
        if (digest.Contains('/'))
        {
            Fault = "what follows the '@' is no digest";
            return [];
        }

        // A tag or digest that nobody can read does not hide a name that everybody can.
        if (ReferenceGrammar.IsTag(tag)) _tag = tag.ToString();
        else if (hasTag) AddStep("a tag that is none was left out");

        if (hasDigest && Digest.TryParse(digest.ToString().ToLowerInvariant(), out var read) && !read.IsSha512) _digest = read;
        else if (hasDigest) AddStep("a digest that is no SHA-256 was left out");

        return name;
    }

    List<ImageCandidate.Exact> Readings(ReadOnlySpan<char> name)
    {
        var slash = name.IndexOf('/');
        var first = slash < 0 ? default : name[..slash];
        var isHost = first.ContainsAny('.', ':') || first.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        var readings = new List<ImageCandidate.Exact>(capacity: 1);

        if (isHost)
        {
            Add(readings, first, name[(slash + 1)..], step: "");
            return readings;
        }

        // Docker reads a first part with a capital as a host; a host without a dot cannot be reached from Cloud Run, so Docker Hub is the likelier.
        Add(readings, ImageReference.DockerHub, name, step: "");
        if (first.ContainsAnyInRange('A', 'Z')) Add(readings, first, name[(slash + 1)..], "the first part was read as a registry's host");
        return readings;
    }

    void Add(List<ImageCandidate.Exact> readings, ReadOnlySpan<char> writtenHost, ReadOnlySpan<char> writtenPath, string step)
    {
        var host = HostName(writtenHost, out var hostStep);
        var path = writtenPath.ToString().ToLowerInvariant();
        var isPage = host == ImageReference.DockerHub && writtenHost.StartsWith(HubPages, StringComparison.OrdinalIgnoreCase);
        var repository = isPage ? RepositoryOfPage(path) : path;

        if (!ReferenceGrammar.IsHost(host))
        {
            Fault = "the registry's host is not one";
            return;
        }

        if (!ReferenceGrammar.IsPath(repository, out var fault))
        {
            Fault = fault;
            return;
        }

        readings.Add(new(ImageReference.Of(host, repository, _tag, _digest), Join(
            Join(CollectionsMarshal.AsSpan(_steps)),
            hostStep,
            isPage && repository != path ? "the address of its page was read as its name" : "",
            writtenPath.SequenceEqual(path) ? "" : "upper case was read as lower case",
            step)));
    }

    /// <summary>The repository of a page of Docker Hub: <c>r/NAMESPACE/NAME/…</c>, <c>layers/…</c>, <c>repository/docker/…</c> or <c>_/NAME/…</c>.</summary>
    static string RepositoryOfPage(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["r" or "layers", var space, var name, ..] => $"{space}/{name}",
            ["repository", "docker", var space, var name, ..] => $"{space}/{name}",
            ["_", var name, ..] => $"library/{name}",
            _ => path,
        };
}
