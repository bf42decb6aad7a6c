using Davy.Images.Content;

namespace Davy.Inspection;

/// <summary>
/// The layers of one image, the small ones from the top before the large ones, several at once. What is told does not depend on which was quicker: evidence counts in this order, up to
/// where the verdict is sure.
/// </summary>
/// <param name="settings">How.</param>
/// <param name="source">Where they are had.</param>
/// <param name="image">The image.</param>
/// <param name="config">Its configuration.</param>
/// <param name="configs">Judges scripts.</param>
sealed class LayersInspection(InspectionSettings settings, IImageSource source, FoundImage image, ImageConfig config, ConfigInspection configs)
{
    /// <summary>A layer of more bytes than this is read after the others.</summary>
    const long LargeLayer = 50 << 20;

    const int MostRereads = 3;

    readonly IReadOnlyList<Descriptor> _layers = image.Manifest.Layers;
    readonly LayerContents?[] _contents = new LayerContents?[image.Manifest.Layers.Count];
    readonly Obstacle?[] _failures = new Obstacle?[image.Manifest.Layers.Count];

    /// <summary>What became of each layer.</summary>
    public IReadOnlyList<LayerReport> Reports => [.. _layers.Select((layer, i) => new LayerReport(
        new(i, layer.Digest ?? _contents[i]?.Stored), i < config.DiffIds.Count ? config.DiffIds[i] : null, layer.Size,
        _contents[i] is { Obstacles.Count: 0 } ? LayerState.Searched : _contents[i] is not null || _failures[i] is not null ? LayerState.NotSearched : LayerState.NotNeeded,
        _contents[i]?.Entries ?? 0, _contents[i]?.InflatedBytes ?? 0))];

    /// <summary>Reads and judges the layers.</summary>
    /// <param name="known">What the configuration says already.</param>
    /// <param name="obstacles">Takes what was not looked at.</param>
    /// <param name="notes">Takes what a person should know.</param>
    /// <param name="timed">Ends the reading when the time is up.</param>
    /// <param name="cancel">Ends it at the user's word.</param>
    /// <returns>What was found.</returns>
    public async Task<IReadOnlyList<ImageEvidence>> LookAsync(IReadOnlyList<ImageEvidence> known, List<Obstacle> obstacles, List<string> notes, CancellationToken timed, CancellationToken cancel)
    {
        var reading = new LayerReading(settings, source, _layers, config.DiffIds, configs, WantedNames());
        int[] order = [.. Enumerable.Range(0, _layers.Count).OrderBy(i => _layers[i].Size > LargeLayer).ThenByDescending(i => i)];
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(timed);
        using SemaphoreSlim slots = new(Math.Max(1, settings.Parallel));
        var tasks = order.Select(i => ReadAsync(reading, i, slots, enough.Token, timed, cancel)).ToList();

        IReadOnlyList<ImageEvidence> evidence = [];
        List<Obstacle> doubts = [];
        for (var read = 0; read < tasks.Count; read++)
        {
            await tasks[read];
            var isLast = read == tasks.Count - 1;
            if (!isLast && (settings.AllLayers || _contents[order[read]] is not { Files.Count: > 0 })) continue;

            // What lies above decides what is started; so all layers above must be known before anything is sure.
            var lowest = order.Take(read + 1).Min();
            if (!isLast && Enumerable.Range(lowest, _layers.Count - lowest).Any(i => !order.Take(read + 1).Contains(i))) continue;

            doubts = [];
            evidence = await JudgeAsync(reading, Only(order.Take(read + 1)), doubts, timed, cancel);
            if (isLast || Judgement.Of([.. known, .. evidence], isComplete: true) is not ImageVerdict.Miner) continue;

            await enough.CancelAsync();
            foreach (var task in tasks) await task;
            foreach (var left in order.Skip(read + 1)) (_contents[left], _failures[left]) = (null, null);
            break;
        }

        if (tasks.Count == 0) evidence = await JudgeAsync(reading, [], doubts, timed, cancel);
        Tell(obstacles, doubts, notes);
        return evidence;
    }

    LayerContents?[] Only(IEnumerable<int> layers)
    {
        var only = new LayerContents?[_contents.Length];
        foreach (var i in layers) only[i] = _contents[i];
        return only;
    }

    void Tell(List<Obstacle> obstacles, List<Obstacle> doubts, List<string> notes)
    {
        obstacles.AddRange(doubts);
        for (var i = 0; i < _layers.Count; i++)
        {
            if (_failures[i] is { } failure) obstacles.Add(failure);
            foreach (var obstacle in _contents[i]?.Obstacles ?? []) obstacles.Add(obstacle with { Text = $"Layer {i}: {obstacle.Text}" });
            if (_contents[i] is { IsLinksCut: true }) obstacles.Add(new(UnreadableReason.Limit, $"Layer {i}: there are more links than are followed."));
        }

        var none = _contents.Sum(each => each?.NoArchives ?? 0);
        if (none > 0) notes.Add($"{none} {(none == 1 ? "file begins as an archive does and is none" : "files begin as archives do and are none")}: the first bytes contradict the form, so that no program of that form opens them. All such are searched as they are.");
    }

    /// <summary>The names in what the image runs: their texts are kept, for they are likely its scripts.</summary>
    HashSet<string> WantedNames() => [.. config.Entrypoint.Concat(config.Command)
        .SelectMany(word => word.Split([' ', '\t', '\n', '"', '\'', ';', '&', '|', '='], StringSplitOptions.RemoveEmptyEntries)).Select(ImagePath.NameOf).Where(name => name.Length > 0)];

    async Task ReadAsync(LayerReading reading, int index, SemaphoreSlim slots, CancellationToken enough, CancellationToken timed, CancellationToken cancel)
    {
        try
        {
            await slots.WaitAsync(enough);
            try
            {
                _contents[index] = await reading.ReadAsync(index, enough);
            }
            finally
            {
                slots.Release();
            }
        }
        catch (UnreadableImageException fault)
        {
            _failures[index] = new(fault.Reason, fault.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            if (timed.IsCancellationRequested) _failures[index] = new(UnreadableReason.Limit, $"Layer {index} was not read: the time for the inspection was up.");
        }
    }

    async Task<IReadOnlyList<ImageEvidence>> JudgeAsync(LayerReading reading, LayerContents?[] contents, List<Obstacle> obstacles, CancellationToken timed, CancellationToken cancel)
    {
        MergedView view = new(contents);
        StartedFiles started = new(view, config);
        Dictionary<string, byte[]> texts = new(StringComparer.Ordinal);
        started.Follow(texts);
        for (var round = 0; round < MostRereads && started.Unread.Count > 0; round++)
        {
            await RereadAsync(reading, view, started.Unread, texts, obstacles, timed, cancel);
            started.Follow(texts);
        }

        foreach (var path in started.Unread) obstacles.Add(new(UnreadableReason.Limit, $"/{path}, which the image starts, was not read as a script."));
        if (started.IsCut) obstacles.Add(new(UnreadableReason.Limit, "The image starts more than is followed."));

        List<ImageEvidence> evidence = [];
        FileJudgement files = new(view, started, [.. _layers.Select((layer, i) => layer.Digest ?? contents[i]?.Stored)]);
        for (var i = 0; i < contents.Length; i++)
        {
            foreach (var file in contents[i]?.Files ?? [])
            {
                if (files.Of(file, i) is { } found) evidence.Add(found);
            }
        }

        ScriptJudgement scripts = new(configs, LayerReading.Literals.Value);
        foreach (var (path, text) in started.Scripts.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            var layer = view.LayerOf(path);
            if (layer >= 0) evidence.AddRange(scripts.Look(path, text, new(layer, _layers[layer].Digest ?? contents[layer]?.Stored), obstacles));
        }

        return evidence;
    }

    static async Task RereadAsync(
        LayerReading reading, MergedView view, IReadOnlyList<string> paths, Dictionary<string, byte[]> texts, List<Obstacle> obstacles, CancellationToken timed, CancellationToken cancel)
    {
        foreach (var layer in paths.GroupBy(view.LayerOf))
        {
            try
            {
                foreach (var (path, text) in await reading.TextsAsync(layer.Key, layer.ToHashSet(StringComparer.Ordinal), timed)) texts[path] = text;
            }
            catch (UnreadableImageException fault)
            {
                obstacles.Add(new(fault.Reason, fault.Message));
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                obstacles.Add(new(UnreadableReason.Limit, "The time for the inspection was up before all scripts were read."));
            }
        }
    }
}
