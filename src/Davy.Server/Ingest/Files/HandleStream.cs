using Davy.Logs;
using Microsoft.Win32.SafeHandles;

namespace Davy.Server.Ingest.Files;

/// <summary>The bytes of an open file from its beginning, with a place of its own.</summary>
/// <param name="file">The file, which stays open.</param>
sealed class HandleStream(SafeFileHandle file) : ForwardStream
{
    long _at;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = RandomAccess.Read(file, buffer, _at);
        _at += count;
        return count;
    }
}
