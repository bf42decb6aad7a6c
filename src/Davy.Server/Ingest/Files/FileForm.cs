using Davy.Logs;
using Microsoft.Win32.SafeHandles;

namespace Davy.Server.Ingest.Files;

/// <summary>How a file is to be read.</summary>
enum FileForm
{
    /// <summary>Too little of it is there to tell.</summary>
    Unknown,

    /// <summary>Line by line, as it grows.</summary>
    Lines,

    /// <summary>As a whole, once it has been as it is for a while: compressed, an array, pretty-printed, or nothing that can be read.</summary>
    Whole,
}

/// <summary>Tells by the first bytes how a file is to be read.</summary>
static class FileForms
{
    const int Looked = 4096;

    /// <summary>Looks at a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FileForm Of(SafeFileHandle file)
    {
        var buffer = new byte[Looked];
        return Of(buffer.AsSpan(0, LineBlock.Fill(file, buffer, 0)));
    }

    /// <summary>Looks at the first bytes.</summary>
    /// <param name="head">The bytes; fewer than are there only where there are many.</param>
    public static FileForm Of(ReadOnlySpan<byte> head)
    {
        if (Compression.Of(head) is not null || head is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..]) return FileForm.Whole;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) head = head[3..];

        head = head.TrimStart(" \t\r\n"u8);
        if (head.Length < Compression.HeadBytes) return FileForm.Unknown;

        // An array holds records; a record of many lines begins with a line that holds its brace alone.
        var rest = head[1..].TrimStart(head[0] == '[' ? " \t\r\n"u8 : " \t\r"u8);
        return head[0] switch
        {
            (byte)'[' => rest is [] ? FileForm.Unknown : rest[0] is (byte)'{' or (byte)']' ? FileForm.Whole : FileForm.Lines,
            (byte)'{' => rest is [(byte)'\n', ..] ? FileForm.Whole : FileForm.Lines,
            _ => FileForm.Lines,
        };
    }
}
