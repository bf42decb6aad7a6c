using Davy.Images;
using Davy.Images.Content;
using Davy.Indicators;

namespace Davy.Inspection;

/// <summary>
/// Says whether an image is a miner, by what is in it, and shows the proof: what is cheapest to ask first, and no more than is needed to be sure.
/// It reads what an attacker wrote: nothing is run, nothing is unpacked, and nothing that could not be looked at is called clean.
/// </summary>
/// <param name="settings">How.</param>
public sealed class ImageInspector(InspectionSettings settings)
{
    readonly ConfigInspection _configs = new(MiningCommands.Default);
    readonly ListedDigests _listed = new(settings.Indicators);

    /// <summary>Inspects an image.</summary>
    /// <param name="name">The image as the user named it.</param>
    /// <param name="source">Where it is had.</param>
    /// <param name="cancel">Ends the inspection.</param>
    /// <returns>What it says; also where it could not be read.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ImageReport> InspectAsync(string name, IImageSource source, CancellationToken cancel)
    {
        using var time = new CancellationTokenSource(settings.Limits.Time, settings.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, time.Token);
        var report = new ImageReport
        {
            Name = name,
            NameMatch = settings.Indicators.Match(ImageSpelling.Read(name)),
            Lists = [.. settings.Indicators.Lists.Select(list => list.Title), MiningCommands.Default.List],
        };

        try
        {
            var contents = await source.ContentsAsync(settings.Platform, both.Token);
            List<PlatformReport> images = [];
            foreach (var image in contents.Images) images.Add(await InspectAsync(source, image, contents.Indexes, both.Token, cancel));
            return report with { Images = images, Indexes = contents.Indexes, Beside = contents.Beside };
        }
        catch (UnreadableImageException fault)
        {
            return report with { Failure = new(fault.Reason, fault.Message) };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return report with { Failure = TimeIsUp() };
        }
    }

    async Task<PlatformReport> InspectAsync(IImageSource source, FoundImage image, IReadOnlyList<Digest> indexes, CancellationToken timed, CancellationToken cancel)
    {
        List<Obstacle> obstacles = [];
        var (config, id) = await ConfigAsync(source, image, obstacles, timed, cancel);
        List<ImageEvidence> evidence = [.. _listed.Look(indexes, image, config, id)];
        if (config is not null) evidence.AddRange(_configs.Look(config, obstacles));

        List<string> notes = [];
        IReadOnlyList<LayerReport> layers = [.. image.Manifest.Layers.Select((layer, i) => new LayerReport(
            new(i, layer.Digest), config is not null && i < config.DiffIds.Count ? config.DiffIds[i] : null, layer.Size, LayerState.NotNeeded, 0, 0))];
        if (config is not null && (settings.AllLayers || Judgement.Of(evidence, isComplete: true) is not ImageVerdict.Miner))
        {
            var inspection = new LayersInspection(settings, source, image, config, _configs);
            evidence.AddRange(await inspection.LookAsync([.. evidence], obstacles, notes, timed, cancel));
            layers = inspection.Reports;
        }

        return new()
        {
            Verdict = Judgement.Of(evidence, obstacles.Count == 0),
            Score = Judgement.Score(evidence),
            Platform = config?.Platform,
            Name = image.Name,
            Manifest = image.Digest,
            ConfigDigest = image.Manifest.Config.Digest,
            Config = config,
            Layers = layers,
            Evidence = [.. InOrder(evidence)],
            Obstacles = obstacles,
            Notes = notes,
        };
    }

    /// <summary>The gravest first; the order is the same however the layers were read.</summary>
    static IEnumerable<ImageEvidence> InOrder(IEnumerable<ImageEvidence> evidence) => evidence
        .OrderByDescending(each => each.Role is EvidenceRole.Runs && each.Points >= Judgement.Suspect).ThenByDescending(each => each.Points).ThenByDescending(each => each.Role)
        .ThenBy(each => each.Layer?.Index ?? -1).ThenBy(each => each.Place, StringComparer.Ordinal).ThenBy(each => each.Member, StringComparer.Ordinal);

    static Obstacle TimeIsUp() => new(UnreadableReason.Limit, "The time for the inspection was up.");

    /// <summary>The configuration, and its SHA-256; null where it cannot be read.</summary>
    async Task<(ImageConfig? Config, Digest? Id)> ConfigAsync(IImageSource source, FoundImage image, List<Obstacle> obstacles, CancellationToken timed, CancellationToken cancel)
    {
        try
        {
            var bytes = await CheckedStream.ReadAllAsync(source, image.Manifest.Config, settings.Limits.DocumentBytes, timed);
            var config = ImageConfig.Parse(bytes, settings.Limits);
            if (config.DiffIds.Count != image.Manifest.Layers.Count) obstacles.Add(new(UnreadableReason.Mismatch, $"The configuration speaks of {config.DiffIds.Count} layers, and the manifest has {image.Manifest.Layers.Count}."));
            return (config, Digest.Compute(bytes));
        }
        catch (UnreadableImageException fault)
        {
            obstacles.Add(new(fault.Reason, fault.Message));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            obstacles.Add(TimeIsUp());
        }

        return (null, null);
    }
}
