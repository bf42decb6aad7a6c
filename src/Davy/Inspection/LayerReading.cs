using Davy.Images;
using Davy.Images.Content;
using Davy.Images.Tar;
using Davy.Indicators;

namespace Davy.Inspection;

/// <summary>Reads the layers of an image: inflated on one thread and searched on another, checked against digest, size and diff id before anything of them counts.</summary>
/// <param name="settings">How.</param>
/// <param name="source">Where they are had.</param>
/// <param name="layers">The layers.</param>
/// <param name="diffIds">Their digests once inflated.</param>
/// <param name="configs">Judges scripts.</param>
/// <param name="wanted">The names of files that the configuration speaks of.</param>
sealed class LayerReading(
    InspectionSettings settings, IImageSource source, IReadOnlyList<Descriptor> layers, IReadOnlyList<Digest> diffIds, ConfigInspection configs, IReadOnlySet<string> wanted)
{
    /// <summary>The search, made once.</summary>
    internal static readonly Lazy<LiteralSearch> Literals = new(() => new(MiningStrings.Default.Literals));

    long _total;

    /// <summary>Reads a layer.</summary>
    /// <param name="index">Which.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>What it holds.</returns>
    /// <exception cref="UnreadableImageException">It cannot be read, or is not what it should be.</exception>
    public Task<LayerContents> ReadAsync(int index, CancellationToken cancel) => OpenAsync(index, tar =>
    {
        var contents = new LayerSearch(settings, MiningStrings.Default, Literals.Value, configs, wanted).Search(tar, cancel);
        return contents;
    }, cancel);

    /// <summary>Reads texts of a layer once more, of which only now is known that they are needed.</summary>
    /// <param name="index">Which layer.</param>
    /// <param name="paths">Which texts.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<IReadOnlyDictionary<string, byte[]>> TextsAsync(int index, IReadOnlySet<string> paths, CancellationToken cancel)
    {
        Dictionary<string, byte[]> texts = new(StringComparer.Ordinal);
        await OpenAsync(index, tar =>
        {
            var reader = new TarReader(tar, settings.Limits);
            while (reader.Next(out var entry))
            {
                cancel.ThrowIfCancellationRequested();
                if (entry.Kind is not TarKind.File || entry.Size > FileSearch.MostText || ImagePath.Normalize(entry.Path) is var path && !paths.Contains(path)) continue;

                using MemoryStream content = new();
                for (var piece = reader.NextChunk(); !piece.IsEmpty; piece = reader.NextChunk()) content.Write(piece);
                texts[path] = content.ToArray();
            }

            reader.Drain();
            return new LayerContents();
        }, cancel);
        return texts;
    }

    async Task<LayerContents> OpenAsync(int index, Func<Stream, LayerContents> read, CancellationToken cancel)
    {
        var layer = layers[index];
        if (layer.IsForeign) throw new UnreadableImageException(UnreadableReason.Refused, $"Layer {index} lies elsewhere (a foreign layer), where Davy does not ask.");
        if (MediaTypes.IsEncrypted(layer.MediaType)) throw new UnreadableImageException(UnreadableReason.Format, $"Layer {index} is encrypted.");
        if (layer.Size > settings.Limits.LayerBytes) throw new UnreadableImageException(UnreadableReason.Limit, $"Layer {index} has {layer.Size} bytes, and no more than {settings.Limits.LayerBytes} are read.");

        try
        {
            await using var stored = await source.OpenAsync(layer, cancel);
            // A server that says no more would be waited for by a thread that cannot be told to stop.
            await using var stop = cancel.Register(stored.Dispose);
            return await Task.Run(() => Read(index, stored, read, cancel), cancel);
        }
        catch (UnreadableImageException fault)
        {
            cancel.ThrowIfCancellationRequested();
            throw new UnreadableImageException(fault.Reason, $"Layer {index}: {fault.Message}", fault);
        }
        catch (ObjectDisposedException) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
    }

    LayerContents Read(int index, Stream stored, Func<Stream, LayerContents> read, CancellationToken cancel)
    {
        var layer = layers[index];
        var name = CheckedStream.NameOf(layer);
        using var checkedStored = new CheckedStream(stored, layer, settings.Limits.LayerBytes);
        using var inflated = new InflatedStream(checkedStored, name, settings.Limits);
        using var ahead = new ReadAheadStream(inflated, cancel);
        Descriptor content = new() { Digest = index < diffIds.Count ? diffIds[index] : null, Entry = $"{name}, inflated" };
        var checkedInflated = new CheckedStream(ahead, content, settings.Limits.InflatedBytes);
        var contents = read(checkedInflated);

        checkedInflated.Finish();
        contents.InflatedBytes = checkedInflated.Taken;
        ahead.Join();
        contents.Stored = checkedStored.Finish();
        if (Interlocked.Add(ref _total, checkedInflated.Taken) > settings.Limits.TotalBytes)
        {
            throw new UnreadableImageException(UnreadableReason.Limit, $"The layers inflate to more than {settings.Limits.TotalBytes} bytes.");
        }

        return contents;
    }
}
