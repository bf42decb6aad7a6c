using System.Collections.Frozen;
using Davy.Images;

namespace Davy.Indicators;

/// <summary>
/// Refuses what no list should hold: an indicator without a source or that cannot be read, one so broad that it would call good images bad, one that is there
/// twice, and digests that say nothing of an image.
/// </summary>
public static class IndicatorLinter
{
    const int ShortestNamespace = 2;
    const int ShortestPrefix = 4;

    /// <summary>Digests of a layer without a file, which any image may have, and of no bytes at all.</summary>
    static readonly FrozenSet<string> DigestsOfNothing = FrozenSet.Create(
        "sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4",
        "sha256:4f4fb700ef54461cfa02571ae0db9a0dc1e0cdb5577484a6d75e68dc38e8acc1",
        "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

    /// <summary>
    /// Digests of what images are built on, of which lists of bad digests are full: the layers of Alpine as of 2020-01-17, 2023-06-14 and 2023-08-07, and the last one's
    /// configuration and uncompressed layer (https://github.com/docker-library/repo-info/tree/master/repos). A sample of many: it catches the habit, not each case.
    /// </summary>
    static readonly FrozenSet<string> DigestsOfBases = FrozenSet.Create(
        "sha256:c9b1b535fdd91a9855fb7f82348177e5f019329a58c53c47272962dd60f71fc9",
        "sha256:31e352740f534f9ad170f75378a84fe453d6156e40700b882d737a8f4a6988a3",
        "sha256:7264a8db6415046d36d16ba98b79778e18accee6ffa71850405994cffa9be7de",
        "sha256:7e01a0d0a1dcd9e539f8e9bbd80106d59efbdf97293b3d38f5d7a34501526cdb",
        "sha256:4693057ce2364720d39e57e85a5b8e0bd9ac3573716237736d6470ec5b7b7230");

    /// <summary>Looks a file through.</summary>
    /// <param name="file">The file's name, for the faults.</param>
    /// <param name="utf8">Its content, in either form that <see cref="IndicatorFile"/> reads.</param>
    /// <returns>The faults in the order of their lines; empty where there is none.</returns>
    public static IReadOnlyList<IndicatorFault> Lint(string file, ReadOnlySpan<byte> utf8)
    {
        IReadOnlyList<IndicatorEntry> entries;
        try
        {
            entries = IndicatorFile.Open(file, utf8).Entries;
        }
        catch (UnreadableFileException fault)
        {
            return [new(file, fault.Line, "", fault.Fault)];
        }

        var faults = entries.Count == 0 ? [new IndicatorFault(file, 1, "", "the file has no indicator")] : new List<IndicatorFault>();
        var first = new Dictionary<string, int>(StringComparer.Ordinal);

        foreach (var (line, indicator, fault) in entries)
        {
            if (indicator is null)
            {
                faults.Add(new(file, line, "", fault));
                continue;
            }

            faults.AddRange(Faults(indicator).Select(text => new IndicatorFault(file, line, indicator.Reference, text)));
            if (!first.TryAdd(indicator.Reference, line)) faults.Add(new(file, line, indicator.Reference, $"line {first[indicator.Reference]} has it already"));
        }

        return faults;
    }

    static IEnumerable<string> Faults(Indicator indicator)
    {
        var reference = indicator.Reference;
        var path = reference[(reference.IndexOf('/') + 1)..].TrimEnd('*').TrimEnd('/');

        if (indicator.Scope is IndicatorScope.Digest)
        {
            if (DigestsOfNothing.Contains(reference)) yield return "this is the digest of an empty layer or of nothing, which good images have too";
            if (DigestsOfBases.Contains(reference)) yield return "this is the digest of a base image, on which good images are built too";
            yield break;
        }

        if (path.Length == 0)
        {
            yield return "this is a whole registry";
            yield break;
        }

        if (indicator.Scope is IndicatorScope.Namespace && path.Length < ShortestNamespace) yield return "a namespace of one character is too broad";

        var beginning = path[(path.LastIndexOf('/') + 1)..];
        if (indicator.Scope is IndicatorScope.Prefix && (beginning.Length < ShortestPrefix || !path.Contains('/')))
            yield return $"the beginning of a name is at least {ShortestPrefix} characters, below a namespace";

        if (OfficialImages.MatchedBy(indicator) is { } official) yield return $"it would call Docker's official image '{official}' bad";
        else if (reference.StartsWith("docker.io/library/", StringComparison.Ordinal)) yield return "docker.io/library holds Docker's official images only";
    }
}

/// <summary>What is wrong with an entry of a list.</summary>
/// <param name="File">The list's file.</param>
/// <param name="Line">The entry's line, counted from 1.</param>
/// <param name="Reference">The entry's reference; empty where it could not be read.</param>
/// <param name="Fault">What is wrong, in one sentence.</param>
public sealed record IndicatorFault(string File, int Line, string Reference, string Fault);
