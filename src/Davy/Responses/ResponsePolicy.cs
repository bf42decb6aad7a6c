using Davy.Images;

namespace Davy.Responses;

/// <summary>Where responses may be carried out at all (<c>docs/response.md</c>). Without a file nowhere.</summary>
/// <param name="Allow">The projects, by id, that may be changed.</param>
/// <param name="Deny">The projects that may not, whatever else is said.</param>
/// <param name="KillSwitch">Whether nothing at all may be changed.</param>
public sealed record ResponsePolicy(IReadOnlyList<string> Allow, IReadOnlyList<string> Deny, bool KillSwitch)
{
    const int Version = 1;

    /// <summary>Nothing is allowed.</summary>
    public static ResponsePolicy Nothing { get; } = new([], [], false);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UnreadableFileException">It is no such file; the message names file, line and fault.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ResponsePolicy Read(string path)
    {
        var root = LocatedJson.Parse(path, UserFile.Read(path));
        root.ExpectVersion(Version, "allow", "deny", "killSwitch");
        return new([.. root.List("allow").Select(Project)], root.Member("deny") is null ? [] : [.. root.List("deny").Select(Project)], root.OptionalText("killSwitch") switch
        {
            "" or "off" => false,
            "on" => true,
            _ => throw root.Member("killSwitch")!.Fault("\"killSwitch\" is neither \"on\" nor \"off\""),
        });
    }

    static string Project(LocatedJson json) => json.Text() is var text && WorkloadName.Parse($"projects/{text}/locations/any/services/any") is not null ? text : throw json.Fault("this is no id of a project");
}

/// <summary>A guard held: nothing was changed.</summary>
/// <param name="guard">The guard's name (<c>docs/response.md</c> lists them).</param>
/// <param name="message">One sentence: why, and what to do.</param>
public sealed class GuardException(string guard, string message) : Exception(message)
{
    /// <summary>The guard's name.</summary>
    public string Guard => guard;

    /// <summary>What was changed in the workload meanwhile, where that is why it holds.</summary>
    public IReadOnlyList<JsonDifference> Difference { get; init; } = [];
}
