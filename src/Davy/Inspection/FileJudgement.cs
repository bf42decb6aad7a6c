using System.Text;
using Davy.Images;
using Davy.Indicators;

namespace Davy.Inspection;

/// <summary>What was found in files becomes evidence, once it is known what the image does with them.</summary>
/// <param name="view">The files of the image.</param>
/// <param name="started">What it starts.</param>
/// <param name="layers">The digests of the layers.</param>
sealed class FileJudgement(MergedView view, StartedFiles started, IReadOnlyList<Digest?> layers)
{
    const int Guarded = Judgement.Enough - 1;

    /// <summary>The evidence that a file is.</summary>
    /// <param name="file">The file.</param>
    /// <param name="layer">The layer that it is in.</param>
    /// <returns>Null where it says nothing.</returns>
    public ImageEvidence? Of(SearchedFile file, int layer)
    {
        var deletedIn = view.DeletedIn(layer, file.Path);
        var isThere = deletedIn < 0;
        var runs = isThere && file.Member.Length == 0 && (started.Has(file.Path) || (file.ConfigurationOf.Length > 0 && started.IsBeside(view.Resolve(file.Path))));
        var role = runs ? EvidenceRole.Runs : isThere ? EvidenceRole.Contained : EvidenceRole.Deleted;
        var fate = deletedIn < 0 ? "" : $" Layer {deletedIn} deletes or replaces it.";

        var (kind, points, why) = Weigh(file, runs);
        if (kind is null) return null;
        if (points < Judgement.Suspect && file.Listed is null) role = runs ? role : EvidenceRole.Mentioned;
        if (kind is EvidenceKind.Text && !runs) role = EvidenceRole.Mentioned;
        return new()
        {
            Kind = kind.Value,
            Role = role,
            Points = points,
            Place = $"/{file.Path}",
            Member = file.Member,
            Layer = new(layer, layers[layer]),
            File = file.Hash,
            Signs = file.Script is { } script ? [.. script.Signs, .. file.Signs] : file.Signs,
            Why = $"{why}{fate}",
        };
    }

    static (EvidenceKind? Kind, int Points, string Why) Weigh(SearchedFile file, bool runs)
    {
        if (file.Listed is { } listed) return (EvidenceKind.Listed, listed.Certainty is Certainty.Certain ? Judgement.Enough + file.Points : Judgement.Suspect, "The file itself is on a list.");
        if (file.ConfigurationOf.Length > 0) return (EvidenceKind.Configuration, file.Points, $"It is a configuration of {file.ConfigurationOf}, by its structure.");

        if (file.Kind is FileKind.Program)
        {
            if (file.IsGuard) return (EvidenceKind.Program, runs ? Math.Min(file.Points, Guarded) : 1, "It names miners as programs do that look for them.");
            if (file.Points >= Judgement.Suspect) return (EvidenceKind.Program, file.Points + (file.IsPacked ? 1 : 0), $"The program has {(file.Points >= Judgement.Enough ? "" : "some of ")}the texts of a miner.");
            return file.IsPacked && runs ? (EvidenceKind.Packed, Judgement.Suspect, "The image starts a packed program, in which nothing can be seen.") : (null, 0, "");
        }

        // A script that is started is judged by all that it runs; this is what is left of one that is not.
        if (file.Script is { } script && !file.IsGuard && !runs) return (EvidenceKind.Script, script.Points, "This script mines, or fetches what does; nothing was seen to start it.");
        return (EvidenceKind.Text, 1, file.IsGuard ? "It names many miners, as lists, rules and scanners do." : "It speaks of mining.");
    }
}

/// <summary>Judges the scripts that an image starts, with what is wrapped in them.</summary>
/// <param name="configs">Judges commands.</param>
/// <param name="literals">The search for the texts of miners.</param>
sealed class ScriptJudgement(ConfigInspection configs, LiteralSearch literals)
{
    /// <summary>How much of a script is judged at once, in characters, and how much of it again with the next.</summary>
    const int Window = 48 << 10;

    const int Overlap = 4 << 10;

    /// <summary>The evidence in a script.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="text">Its text.</param>
    /// <param name="layer">The layer that it is in.</param>
    /// <param name="obstacles">Takes what could not be judged.</param>
    public IEnumerable<ImageEvidence> Look(string path, string text, LayerPlace layer, ICollection<Obstacle> obstacles)
    {
        Digest hash = Digest.Compute(Encoding.UTF8.GetBytes(text));
        if (InText(path, text, obstacles) is { } plain) yield return plain with { Layer = layer, File = hash };

        var payloads = ScriptUnwrapping.In(text, out var isCut);
        if (isCut) obstacles.Add(new(Images.Content.UnreadableReason.Limit, $"/{path}: there is more wrapped in it than is unwrapped."));
        for (var i = 0; i < payloads.Count; i++)
        {
            var member = $"unwrapped {i + 1}";
            if (FileKinds.IsUnopened(payloads[i]))
            {
                obstacles.Add(new(Images.Content.UnreadableReason.Format, $"/{path}: an archive is wrapped in it ({member}), which was not opened."));
                continue;
            }

            var inner = FileKinds.IsElf(payloads[i]) ? InProgram(path, payloads[i]) : InText(path, SearchedFile.TextOf(payloads[i]), obstacles);
            if (inner is not null) yield return inner with { Layer = layer, File = hash, Member = member };
        }

        if (IsSelfUnwrapping(text))
        {
            yield return new()
            {
                Kind = EvidenceKind.Packed,
                Role = EvidenceRole.Runs,
                Points = Judgement.Suspect,
                Place = $"/{path}",
                Layer = layer,
                File = hash,
                Signs = [new("self-unwrapping", SignalWeight.Medium, "exec, base64, zlib, [::-1]", -1, 0, [])],
                Why = "The image starts a script that unwraps itself, as hidden ones do.",
            };
        }
    }

    static bool IsSelfUnwrapping(string text) =>
        text.Contains("exec(", StringComparison.Ordinal) && text.Contains("base64", StringComparison.Ordinal) && text.Contains("zlib", StringComparison.Ordinal) && text.Contains("[::-1]", StringComparison.Ordinal);

    ImageEvidence? InText(string path, string text, ICollection<Obstacle> obstacles)
    {
        ImageEvidence? best = null;
        for (var start = 0; start < text.Length; start += Window - Overlap)
        {
            var piece = text.Substring(start, Math.Min(Window, text.Length - start));
            var found = configs.Evidence(StartedFiles.ContainerOf(path, piece), EvidenceKind.Script, EvidenceRole.Runs, $"/{path}", "The image starts this script, which mines, or fetches what does", Judgement.Enough, obstacles);
            if (found is not null && found.Points > (best?.Points ?? 0)) best = WithLines(found, text, piece, start);
            if (start + piece.Length == text.Length) break;
        }

        return best;
    }

    /// <summary>Where in the script the signs stand, as far as what is shown of them can be found again.</summary>
    static ImageEvidence WithLines(ImageEvidence evidence, string text, string piece, int start) => evidence with
    {
        Signs = [.. evidence.Signs.Select(sign =>
        {
            var shown = sign.Text.Split('…').MaxBy(part => part.Length) ?? "";
            var at = shown.Length > 0 ? piece.IndexOf(shown, StringComparison.Ordinal) : -1;
            return at < 0 ? sign : sign with { Offset = Encoding.UTF8.GetByteCount(text.AsSpan(0, start + at)), Line = 1 + text.AsSpan(0, start + at).Count('\n') };
        })],
    };

    ImageEvidence? InProgram(string path, byte[] program)
    {
        using var search = new FileSearch(MiningStrings.Default, literals);
        search.Begin(program.AsSpan(0, Math.Min(program.Length, FileKinds.HeadBytes)));
        search.Append(program);
        search.End();
        List<EvidenceSign> signs = [];
        var points = SearchedFile.PointsOf(search, MiningStrings.Default, "", signs, out _);
        return points < Judgement.Suspect ? null : new()
        {
            Kind = EvidenceKind.Program,
            Role = EvidenceRole.Runs,
            Points = points,
            Place = $"/{path}",
            Signs = signs,
            Why = "The image starts a script in which a program with the texts of a miner is wrapped.",
        };
    }
}
