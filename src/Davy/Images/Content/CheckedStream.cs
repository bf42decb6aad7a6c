using System.Security.Cryptography;
using Davy.Logs;

namespace Davy.Images.Content;

/// <summary>The bytes of a blob, hashed on the way, and never more of them than were promised.</summary>
sealed class CheckedStream(Stream inner, Descriptor blob, long most) : ForwardStream
{
    readonly IncrementalHash _hash = (blob.Digest ?? default).Begin();

    /// <summary>How many bytes went by.</summary>
    public long Taken { get; private set; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int count;
        try
        {
            count = inner.Read(buffer);
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException or InvalidDataException)
        {
            throw new UnreadableImageException(UnreadableReason.Unreachable, $"The reading of {NameOf(blob)} broke off after {Taken} bytes: {fault.Message}", fault);
        }

        Taken += count;
        _hash.AppendData(buffer[..count]);
        if (blob.Size >= 0 && Taken > blob.Size) throw new UnreadableImageException(UnreadableReason.Mismatch, $"{NameOf(blob)} has more than the {blob.Size} bytes that the manifest says.");
        if (Taken > most) throw new UnreadableImageException(UnreadableReason.Limit, $"{NameOf(blob)} has more than the {most} bytes that are read.");
        return count;
    }

    /// <summary>Reads what is left, and holds the whole against digest and size.</summary>
    /// <returns>The digest.</returns>
    /// <exception cref="UnreadableImageException">They are not those that were promised.</exception>
    public Digest Finish()
    {
        var rest = new byte[64 << 10];
        while (Read(rest) > 0)
        {
        }

        var digest = Digest.Of(_hash.GetHashAndReset());
        if (blob.Size >= 0 && Taken != blob.Size) throw new UnreadableImageException(UnreadableReason.Mismatch, $"{NameOf(blob)} has {Taken} bytes; the manifest says {blob.Size}.");
        if (blob.Digest is { } promised && promised != digest) throw new UnreadableImageException(UnreadableReason.Mismatch, $"The bytes of {NameOf(blob)} have another digest, {digest}.");
        return digest;
    }

    /// <summary>Reads a document whole, and checks it before anybody looks at it.</summary>
    /// <param name="source">Where it is had.</param>
    /// <param name="blob">What is said of it.</param>
    /// <param name="most">How many bytes it may have.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="UnreadableImageException">It is larger, or not what was promised.</exception>
    public static async Task<byte[]> ReadAllAsync(IImageSource source, Descriptor blob, int most, CancellationToken cancel)
    {
        if (blob.Size > most) throw new UnreadableImageException(UnreadableReason.Limit, $"{NameOf(blob)} has {blob.Size} bytes, and no more than {most} are read.");
        await using var stream = await source.OpenAsync(blob, cancel);
        return await Task.Run(() => ReadAll(stream, blob, most), cancel);
    }

    /// <summary>Reads a document whole, and checks it before anybody looks at it.</summary>
    public static byte[] ReadAll(Stream stream, Descriptor blob, int most)
    {
        using CheckedStream checkedStream = new(stream, blob, most);
        using MemoryStream content = new();
        var buffer = new byte[16 << 10];
        for (int count; (count = checkedStream.Read(buffer)) > 0;) content.Write(buffer, 0, count);
        checkedStream.Finish();
        return content.ToArray();
    }

    /// <summary>What a blob is called in messages.</summary>
    public static string NameOf(Descriptor blob) => blob.Digest?.ToString() ?? $"'{blob.Entry}'";

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
