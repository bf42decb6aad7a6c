using System.Buffers.Binary;
using System.Text;

namespace Davy.Tests.Callers.Wire;

/// <summary>Frames of HTTP/2, byte by byte. https://www.rfc-editor.org/rfc/rfc9113#section-6</summary>
static class Http2Frames
{
    public const byte Data = 0, Headers = 1, RstStream = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;

    /// <summary>What a client says first, and its empty settings.</summary>
    public static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0)];

    /// <summary>The headers of <c>GET /livez</c> to a.example.com, as HPACK.</summary>
    public static readonly byte[] Get = [0x82, 0x86, 0x04, 0x06, .. "/livez"u8, 0x41, 0x0d, .. "a.example.com"u8];

    /// <summary>A frame.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="flags">Its flags.</param>
    /// <param name="stream">Its stream.</param>
    /// <param name="payload">What is in it.</param>
    /// <param name="length">The length that it claims; its own where none is given.</param>
    public static byte[] Frame(byte type, byte flags, int stream, byte[]? payload = null, int? length = null)
    {
        payload ??= [];
        var frame = new byte[9 + payload.Length];
        var claimed = length ?? payload.Length;
        (frame[0], frame[1], frame[2], frame[3], frame[4]) = ((byte)(claimed >> 16), (byte)(claimed >> 8), (byte)claimed, type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    /// <summary>The error code of the first GOAWAY in what a server sent; null where there is none.</summary>
    /// <param name="text">What it sent, as Latin-1.</param>
    public static int? GoAwayCode(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var at = 0; at + 9 <= bytes.Length;)
        {
            var length = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
            if (bytes[at + 3] == GoAway && at + 17 <= bytes.Length) return BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 13));
            at += 9 + length;
        }

        return null;
    }
}
