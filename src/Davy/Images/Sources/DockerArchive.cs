using Davy.Images.Content;
using Davy.Images.Tar;
using Davy.Logs;

namespace Davy.Images.Sources;

/// <summary>
/// An archive as <c>docker save</c> writes it (https://github.com/moby/docker-image-spec/blob/main/spec.md, "Combined Image JSON + Filesystem Changeset Format"), also compressed.
/// It is read where it lies: a compressed one anew for each part, for nothing is ever unpacked.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="limits">How much is read.</param>
public sealed class DockerArchive(string file, ImageLimits limits) : IImageSource
{
    /// <summary>How many entries such an archive may have: a few for each layer.</summary>
    const int MostEntries = 10_000;

    const int MostHops = 8;

    readonly Dictionary<string, (long Start, long Size)> _files = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);
    bool _isCompressed;

    /// <inheritdoc/>
    public async Task<ImageContents> ContentsAsync(Platform? asked, CancellationToken cancel)
    {
        await Task.Run(ReadTable, cancel);
        if (Place("manifest.json") is null)
        {
            throw new UnreadableImageException(UnreadableReason.Format, Place("index.json") is null
                ? "It is no archive of 'docker save': it has no manifest.json."
                : "It is an OCI layout in an archive; unpack it, and name the folder as oci:DIR.");
        }

        List<FoundImage> images = [];
        foreach (var image in HostileJson.ParseList(await ReadAsync("manifest.json", cancel), "manifest.json"))
        {
            var layers = image.List("Layers");
            if (layers.Count > limits.Layers) throw new UnreadableImageException(UnreadableReason.Limit, $"The image has {layers.Count} layers, and no more than {limits.Layers} are read.");
            if (images.Count == limits.Manifests) throw new UnreadableImageException(UnreadableReason.Limit, $"The archive has more than {limits.Manifests} images.");

            var config = image.Text("Config");
            var bytes = await ReadAsync(config, cancel);
            var manifest = new ImageDocument.Manifest(
                new() { MediaType = MediaTypes.OciConfig, Digest = Digest.Compute(bytes), Size = bytes.Length, Entry = config },
                [.. layers.Select(layer => new Descriptor { MediaType = MediaTypes.OciLayer, Entry = layer.Text() })]);
            images.Add(new(null, manifest, default, string.Join(", ", image.List("RepoTags").Select(tag => tag.Text()))));
        }

        return images.Count > 0 ? new(images, [], []) : throw new UnreadableImageException(UnreadableReason.Missing, "The archive holds no image.");
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(Descriptor blob, CancellationToken cancel)
    {
        var (start, size) = Place(blob.Entry) ?? throw new UnreadableImageException(UnreadableReason.Missing, $"The archive does not hold '{blob.Entry}', which its manifest names.");
        return Task.Run<Stream>(() => new Part(Open(), start, size, _isCompressed, cancel), cancel);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    async Task<byte[]> ReadAsync(string entry, CancellationToken cancel) =>
        await CheckedStream.ReadAllAsync(this, new() { Entry = entry, Size = Place(entry)?.Size ?? -1 }, limits.DocumentBytes, cancel);

    void ReadTable()
    {
        using var stream = Open();
        var reader = new TarReader(stream, limits with { Entries = MostEntries });
        while (reader.Next(out var entry))
        {
            // Of two of one name the later is the one that unpacking leaves.
            var path = entry.Path.StartsWith("./", StringComparison.Ordinal) ? entry.Path[2..] : entry.Path;
            if (entry.Kind is TarKind.File && !entry.IsSparse) _files[path] = (reader.Position, entry.Size);
            else if (entry.Kind is TarKind.SymbolicLink) _links[path] = Target(path, entry.Link);
            else if (entry.Kind is TarKind.HardLink) _links[path] = entry.Link;
        }
    }

    /// <summary>Docker shares equal layers by links in the archive.</summary>
    static string Target(string path, string link)
    {
        List<string> parts = [.. path.Split('/')[..^1]];
        foreach (var part in link.Split('/'))
        {
            if (part == ".." && parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            else if (part is not (".." or "." or "")) parts.Add(part);
        }

        return string.Join('/', parts);
    }

    (long Start, long Size)? Place(string entry)
    {
        for (var hop = 0; hop < MostHops; hop++)
        {
            if (_files.TryGetValue(entry, out var place)) return place;
            if (!_links.TryGetValue(entry, out var target)) return null;
            entry = target;
        }

        return null;
    }

    Stream Open()
    {
        if (Directory.Exists(file)) throw new UnreadableFileException(file, 0, "it is a folder; name an archive of 'docker save', or a layout as oci:DIR.");
        if (!File.Exists(file)) throw new UnreadableFileException(file, 0, "there is no such file.");

        var stored = File.OpenRead(file);
        var inflated = new InflatedStream(stored, "The archive", limits with { InflatedBytes = limits.TotalBytes });
        _isCompressed = inflated.Form is not null;
        if (_isCompressed) return inflated;

        stored.Position = 0;
        return stored;
    }

    /// <summary>A part of the archive.</summary>
    sealed class Part : ForwardStream
    {
        readonly Stream _archive;
        readonly CancellationToken _cancel;
        long _left;

        public Part(Stream archive, long start, long size, bool isCompressed, CancellationToken cancel)
        {
            (_archive, _left, _cancel) = (archive, size, cancel);
            if (!isCompressed)
            {
                archive.Position = start;
                return;
            }

            var skipped = new byte[64 << 10];
            for (int count; start > 0; start -= count)
            {
                cancel.ThrowIfCancellationRequested();
                count = archive.Read(skipped.AsSpan(0, (int)Math.Min(skipped.Length, start)));
                if (count == 0) throw new UnreadableImageException(UnreadableReason.Format, "The archive breaks off.");
            }
        }

        public override int Read(Span<byte> buffer)
        {
            _cancel.ThrowIfCancellationRequested();
            if (_left == 0 || buffer.IsEmpty) return 0;
            var count = _archive.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
            _left -= count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _archive.Dispose();
            base.Dispose(disposing);
        }
    }
}
