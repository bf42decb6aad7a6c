using System.Buffers;

namespace Davy.Outbound;

/// <summary>Reads the body of an answer, and never more of it than was allowed for.</summary>
public static class BoundedBody
{
    const int Piece = 16 * 1024;

    /// <summary>Reads a body whole.</summary>
    /// <param name="content">The body.</param>
    /// <param name="most">The most bytes that it may have.</param>
    /// <param name="cancel">Stops it; a time limit is the caller's.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="HttpRequestException">It is longer, or it broke off.</exception>
    public static async Task<byte[]> ReadAsync(HttpContent content, int most, CancellationToken cancel)
    {
        if (content.Headers.ContentLength > most) throw TooLong(most);

        var (bytes, whole) = await ReadUpToAsync(content, most, cancel);
        return whole ? bytes : throw TooLong(most);
    }

    /// <summary>Reads the beginning of a body, for instance to tell what an error says.</summary>
    /// <param name="content">The body.</param>
    /// <param name="most">The most bytes to read.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The bytes, and whether they are all.</returns>
    /// <exception cref="HttpRequestException">It broke off.</exception>
    public static async Task<(byte[] Bytes, bool Whole)> ReadUpToAsync(HttpContent content, int most, CancellationToken cancel)
    {
        using MemoryStream read = new();
        var piece = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancel);
            while (await stream.ReadAsync(piece, cancel) is var count and > 0)
            {
                var left = most - (int)read.Length;
                read.Write(piece, 0, Math.Min(count, left));
                if (count > left) return (read.ToArray(), false);
            }

            return (read.ToArray(), true);
        }
        catch (IOException fault)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The answer broke off.", fault);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    static HttpRequestException TooLong(int most) => new(HttpRequestError.ConfigurationLimitExceeded, $"The answer is longer than {most} bytes.");
}
