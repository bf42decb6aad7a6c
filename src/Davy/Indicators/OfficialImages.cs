using Davy.Images;

namespace Davy.Indicators;

/// <summary>
/// The names of Docker's official images (https://github.com/docker-library/official-images/tree/master/library), which attackers start from like everybody
/// else: no list may match one.
/// </summary>
static class OfficialImages
{
    const string File = "official-images.json";

    /// <summary>The doors by which an official image comes: Docker Hub, Amazon's copy of it, a remote repository of Artifact Registry.</summary>
    static readonly string[] Doors = ["docker.io/library/", "public.ecr.aws/docker/library/", "us-docker.pkg.dev/project/remote/library/"];

    static readonly Lazy<OfficialImage[]> All = new(() =>
    {
        var root = LocatedJson.Parse(File, EmbeddedFile.Read(File));
        root.ExpectVersion(1, "names");
        return [.. root.List("names").Select(name => name.Text()).Select(name => new OfficialImage(name, [.. Doors.SelectMany(door => ImageSpelling.Read(door + name).Candidates)]))];
    });

    /// <summary>The short names: <c>nginx</c>.</summary>
    public static IEnumerable<string> Names => All.Value.Select(image => image.Name);

    /// <summary>The first official image that an indicator would match; null where it matches none.</summary>
    public static string? MatchedBy(Indicator indicator)
    {
        var index = new IndicatorIndex([[indicator]]);
        return All.Value.FirstOrDefault(image => image.Candidates.Any(candidate => index.Matches(candidate).Count > 0)).Name;
    }

    readonly record struct OfficialImage(string Name, ImageCandidate[] Candidates);
}
