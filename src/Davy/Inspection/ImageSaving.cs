using System.Text.Json;
using Davy.Images;
using Davy.Images.Content;

namespace Davy.Inspection;

/// <summary>Keeps what proves it: manifest, configuration and the layers with evidence, as an OCI layout (https://github.com/opencontainers/image-spec/blob/main/image-layout.md), by digest.</summary>
/// <param name="folder">The folder; it is made.</param>
/// <param name="limits">How much is kept.</param>
public sealed class ImageSaving(string folder, ImageLimits limits)
{
    /// <summary>Keeps the images of a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="source">Where the image is had.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>How many layers were kept.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnreadableImageException">The image is another one by now.</exception>
    public async Task<int> SaveAsync(ImageReport report, IImageSource source, CancellationToken cancel)
    {
        var contents = await source.ContentsAsync(null, cancel);
        List<(Digest Digest, long Size, Platform? Platform)> manifests = [];
        var kept = 0;
        foreach (var image in report.Images)
        {
            var found = contents.Images.FirstOrDefault(each => each.Digest == image.Manifest && each.Manifest.Config.Digest == image.ConfigDigest)
                ?? throw new UnreadableImageException(UnreadableReason.Missing, "The image is another one by now, and was not kept.");
            await KeepAsync(source, found.Manifest.Config, found.Manifest.Config.Digest!.Value, cancel);

            var proven = image.Evidence.Where(each => each.Layer is not null).Select(each => each.Layer!.Index).Distinct().Order();
            foreach (var index in proven)
            {
                if (image.Layers[index].Place.Digest is not { } digest) continue;
                await KeepAsync(source, found.Manifest.Layers[index], digest, cancel);
                kept++;
            }

            var manifest = found.Bytes.Length > 0 ? found.Bytes.ToArray() : ManifestOf(found, image);
            var id = (found.Digest ?? default).Again(manifest);
            await File.WriteAllBytesAsync(PathOf(id), manifest, cancel);
            manifests.Add((id, manifest.Length, image.Platform));
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""", cancel);
        await File.WriteAllBytesAsync(Path.Combine(folder, "index.json"), IndexOf(manifests), cancel);
        return kept;
    }

    /// <summary>The only names that are written are digests that were checked.</summary>
    string PathOf(Digest digest) => Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "blobs", digest.Algorithm)).FullName, digest.Hex);

    async Task KeepAsync(IImageSource source, Descriptor blob, Digest digest, CancellationToken cancel)
    {
        var path = PathOf(digest);
        if (File.Exists(path)) return;

        var unfinished = $"{path}.unfinished";
        try
        {
            await using var stored = await source.OpenAsync(blob, cancel);
            await using (FileStream file = new(unfinished, FileMode.Create, FileAccess.Write))
            {
                await Task.Run(() =>
                {
                    using CheckedStream content = new(stored, blob with { Digest = digest }, limits.LayerBytes);
                    content.CopyTo(file);
                    content.Finish();
                }, cancel);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>An archive of <c>docker save</c> has no manifest; its layers are plain archives.</summary>
    static byte[] ManifestOf(FoundImage found, PlatformReport report) => Json(json =>
    {
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", MediaTypes.OciManifest);
        json.WriteStartObject("config");
        Describe(json, MediaTypes.OciConfig, found.Manifest.Config.Digest!.Value, found.Manifest.Config.Size);
        json.WriteStartArray("layers");
        foreach (var layer in report.Layers)
        {
            if ((layer.Place.Digest ?? layer.DiffId) is not { } digest) continue;
            json.WriteStartObject();
            Describe(json, MediaTypes.OciLayer, digest, Math.Max(layer.Bytes, layer.InflatedBytes));
        }

        json.WriteEndArray();
    });

    static byte[] IndexOf(IEnumerable<(Digest Digest, long Size, Platform? Platform)> manifests) => Json(json =>
    {
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", MediaTypes.OciIndex);
        json.WriteStartArray("manifests");
        foreach (var (digest, size, platform) in manifests)
        {
            json.WriteStartObject();
            if (platform is not null)
            {
                json.WriteStartObject("platform");
                json.WriteString("os", platform.OperatingSystem);
                json.WriteString("architecture", platform.Architecture);
                json.WriteEndObject();
            }

            Describe(json, MediaTypes.OciManifest, digest, size);
        }

        json.WriteEndArray();
    });

    static void Describe(Utf8JsonWriter json, string type, Digest digest, long size)
    {
        json.WriteString("mediaType", type);
        json.WriteString("digest", digest.ToString());
        json.WriteNumber("size", size);
        json.WriteEndObject();
    }

    static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
