using System.IO.Compression;

namespace Davy.Logs;

/// <summary>The text of a gzip file of one or more members (https://www.rfc-editor.org/rfc/rfc1952).</summary>
sealed class GzipInput(RawInput raw, ReadLimits limits) : DecodedInput(raw, limits)
{
    readonly RawInput _raw = raw;
    readonly GZipStream _gzip = new(raw, CompressionMode.Decompress);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _gzip.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override int Decode(Span<byte> buffer)
    {
        int count;
        try
        {
            count = _gzip.Read(buffer);
        }
        catch (InvalidDataException)
        {
            // Its own message speaks of an unsupported method whatever the fault is.
            throw new InvalidDataException("The gzip data is damaged");
        }

        if (count > 0) return count;

        // GZipStream takes both of these for a proper end.
        if (_raw.EndsMet == 0) throw new InvalidDataException("Something that is not gzip follows the gzip data");
        if (BreaksOff()) throw new InvalidDataException("The gzip data breaks off");
        return 0;
    }

    /// <summary>Whether the decoder stands within a member: it then takes a byte that no member begins with, and asks for more; at a proper end it lets the byte lie.</summary>
    bool BreaksOff()
    {
        var ends = _raw.EndsMet;
        _raw.PutAhead(0);
        try
        {
            return _gzip.Read(new byte[1]) > 0 || _raw.EndsMet > ends;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }
}
