using Davy.Images;
using Davy.Images.Content;
using Davy.Inspection;

namespace Davy;

/// <summary>Looks into the images of the deployments that a scan saw, each once. What it comes to depends on no order, and no failure of it loses anything else.</summary>
/// <param name="settings">How.</param>
/// <param name="images">The images.</param>
sealed class ImageInspections(ScanInspection settings, SeenImages images)
{
    readonly ImageInspector _inspector = new(settings.Settings);
    int _done;
    int _wanted;

    /// <summary>How many images were inspected so far, and how many will be; may be asked from another thread.</summary>
    public (int Done, int Wanted) Progress => (Volatile.Read(ref _done), Volatile.Read(ref _wanted));

    /// <summary>Inspects.</summary>
    /// <param name="cancel">Ends it early; what was inspected is kept.</param>
    /// <returns>What it came to.</returns>
    public async Task<InspectedImages> RunAsync(CancellationToken cancel)
    {
        InspectedImages inspected = new();
        var all = images.InOrder();
        foreach (var image in all.Where(image => !MayBeAskedFor(image))) inspected.NotAsked(image);

        var askable = all.Where(MayBeAskedFor).ToList();
        var wanted = askable.Take(settings.Limit).ToList();
        inspected.LeftOut([.. askable.Skip(settings.Limit)], settings.Limit);

        Volatile.Write(ref _wanted, wanted.Count);
        var results = new InspectedImage?[wanted.Count];
        try
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = settings.AtOnce, CancellationToken = cancel };
            await Parallel.ForEachAsync(Enumerable.Range(0, wanted.Count), options, async (at, stop) =>
            {
                results[at] = await InspectAsync(wanted[at], stop);
                Interlocked.Increment(ref _done);
            });
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            inspected.Interrupted(results.Count(result => result is null), wanted.Count);
        }

        foreach (var (image, result) in wanted.Zip(results))
        {
            if (result is not null) inspected.Add(image, result);
        }

        if (images.IsCut) inspected.TooMany();
        return inspected;
    }

    bool MayBeAskedFor(SeenImage image) => settings.AsksForListed || image.References.Any(reference => !reference.IsListed);

    /// <summary>Asks for it where it is said to be; where that place does not give all of it, at the next, as long as there is time.</summary>
    async Task<InspectedImage> InspectAsync(SeenImage image, CancellationToken cancel)
    {
        var clock = settings.Settings.Clock;
        var start = clock.GetTimestamp();
        List<InspectedImage> results = [];
        foreach (var place in image.References.Where(place => settings.AsksForListed || !place.IsListed))
        {
            var result = InspectedImage.Of(place.Reference.ToString(), image.IsByDigest, await ReportAsync(place.Reference, cancel));
            results.Add(result);
            if (result.Verdict is ImageVerdict.Miner || result.WhyNot == "" || clock.GetElapsedTime(start) >= settings.Settings.Limits.Time) break;
        }

        // A place that shows a part of it says more than one that shows nothing.
        return results.FirstOrDefault(result => result.WhyNot == "") ?? results.MaxBy(result => result.Verdict)!;
    }

    async Task<ImageReport> ReportAsync(ImageReference reference, CancellationToken cancel)
    {
        var name = reference.ToString();
        try
        {
            using var source = settings.Open(reference);
            return await _inspector.InspectAsync(name, source, cancel);
        }
        catch (UnreadableImageException fault)
        {
            return Failed(fault.Reason, fault.Message);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or OutOfMemoryException))
        {
            // A fault of the inspection must not pass for clean, and must not lose what was found without it.
            return Failed(UnreadableReason.Unreachable, $"The inspection failed ({fault.GetType().Name}).");
        }

        ImageReport Failed(UnreadableReason reason, string why) => new() { Name = name, Lists = [], Failure = new(reason, why) };
    }
}
