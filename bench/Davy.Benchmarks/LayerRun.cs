using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Davy.Images;
using Davy.Images.Content;
using Davy.Inspection;

namespace Davy.Benchmarks;

/// <summary>
/// What the search of one layer costs, beside what it cannot do without: one thread that inflates it with <see cref="GZipStream"/> and hashes the bytes as they are stored and as they are inflated.
/// </summary>
static class LayerRun
{
    const int Pairs = 5;

    /// <summary>Measures.</summary>
    /// <param name="file">A layer, compressed with gzip.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task RunAsync(string file, CancellationToken cancel)
    {
        var (stored, inflated, bytes) = Hashes(file);
        using LayerSource source = new(file, stored, inflated);
        await SearchAsync(source, cancel);

        List<(double Clock, double Processor)> searches = [];
        List<(double Clock, double Processor)> plain = [];
        for (var pair = 0; pair < Pairs; pair++)
        {
            plain.Add(await TimedAsync(() => Task.FromResult(Hashes(file))));
            searches.Add(await TimedAsync(async () =>
            {
                await SearchAsync(source, cancel);
                return (stored, inflated, bytes);
            }));
        }

        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(file).Length / 1e6:F0} MB stored, {bytes / 1e6:F0} MB inflated; peak memory {process.PeakWorkingSet64 / 1048576} MiB"));
        Tell("clock", plain, searches, pair => pair.Clock);
        Tell("processor", plain, searches, pair => pair.Processor);
    }

    static async Task<(double Clock, double Processor)> TimedAsync(Func<Task<(Digest, Digest, long)>> work)
    {
        using var process = Process.GetCurrentProcess();
        var (processor, start) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        await work();
        process.Refresh();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, (process.TotalProcessorTime - processor).TotalSeconds);
    }

    static void Tell(string what, List<(double Clock, double Processor)> plain, List<(double Clock, double Processor)> searches, Func<(double Clock, double Processor), double> of)
    {
        List<double> ratios = [.. plain.Zip(searches, (one, other) => of(other) / of(one))];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: inflate and hash on one thread {Median([.. plain.Select(of)]):F2} s; search {Median([.. searches.Select(of)]):F2} s; ratio {Median(ratios):F2} ({ratios.Min():F2} to {ratios.Max():F2})"));
    }

    static async Task SearchAsync(LayerSource source, CancellationToken cancel)
    {
        var report = await new ImageInspector(new() { AllLayers = true, Limits = ImageLimits.Default with { Time = TimeSpan.FromMinutes(30) } }).InspectAsync("layer", source, cancel);
        if (report.Images is not [{ Layers: [{ Entries: > 0 }] }]) throw new InvalidDataException($"The layer was not read: {report.Failure?.Text ?? report.Images[0].Obstacles[0].Text}");
    }

    static (Digest Stored, Digest Inflated, long Bytes) Hashes(string file)
    {
        using var stream = File.OpenRead(file);
        using HashedStream stored = new(stream);
        using GZipStream gzip = new(stored, CompressionMode.Decompress);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 << 10];
        var bytes = 0L;
        for (int count; (count = gzip.Read(buffer)) > 0; bytes += count) hash.AppendData(buffer.AsSpan(0, count));
        return (DigestOf(stored.Hash.GetHashAndReset()), DigestOf(hash.GetHashAndReset()), bytes);
    }

    static Digest DigestOf(byte[] hash) => Digest.TryParse($"sha256:{Convert.ToHexStringLower(hash)}", out var digest) ? digest : throw new InvalidOperationException("A hash is no digest.");

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Hashes what is read.</summary>
    sealed class HashedStream(Stream inner) : Davy.Logs.ForwardStream
    {
        public IncrementalHash Hash { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override int Read(Span<byte> buffer)
        {
            var count = inner.Read(buffer);
            Hash.AppendData(buffer[..count]);
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) Hash.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>An image of that layer alone.</summary>
    sealed class LayerSource(string file, Digest stored, Digest inflated) : IImageSource
    {
        readonly byte[] _config = Encoding.UTF8.GetBytes($$$"""{"os":"linux","architecture":"amd64","config":{"Entrypoint":["/app"]},"rootfs":{"diff_ids":["{{{inflated}}}"]}}""");

        public Task<ImageContents> ContentsAsync(Platform? asked, CancellationToken cancel) => Task.FromResult(new ImageContents(
            [new(null, new(new() { Digest = Digest.Compute(_config), Size = _config.Length }, [new() { Digest = stored, Size = new FileInfo(file).Length }]), default, "")], [], []));

        public Task<Stream> OpenAsync(Descriptor blob, CancellationToken cancel) => Task.FromResult<Stream>(blob.Digest == stored ? File.OpenRead(file) : new MemoryStream(_config));

        public void Dispose()
        {
        }
    }
}
