using Davy.Logs;

namespace Davy.Images.Content;

/// <summary>A layer or archive inflated, whatever it is said to be: its first bytes tell. Never more of it than the limits let out.</summary>
sealed class InflatedStream : ForwardStream
{
    readonly DecodedInput _decoded;
    readonly long _most;
    readonly string _name;
    bool _isChecked;
    long _given;

    /// <summary>Opens it.</summary>
    /// <param name="stored">Its bytes as they are stored; disposed with this.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="limits">How far it may expand.</param>
    public InflatedStream(Stream stored, string name, ImageLimits limits)
    {
        var raw = new RawInput(stored);
        (_most, _name) = (limits.InflatedBytes, name);
        Form = Compression.Of(raw.Peek(Compression.HeadBytes));
        _decoded = DecodedInput.Open(raw, new() { ExpansionRatio = limits.Ratio, ExpansionGrace = limits.RatioGrace });
    }

    /// <summary>The form of compression; null for none that is known.</summary>
    public string? Form { get; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        if (Form is not (null or Compression.Gzip or Compression.Zstandard)) throw Fault(UnreadableReason.Format, $"is compressed with {Form}, which is not read");

        var count = _decoded.Read(buffer);
        _given += count;
        if (_given > _most) throw Fault(UnreadableReason.Limit, $"inflates to more than the {_most} bytes that are read");
        if (count == 0 && !_isChecked)
        {
            _isChecked = true;
            if (_decoded.Damage is { } damage) throw Fault(_decoded.IsBomb ? UnreadableReason.Limit : UnreadableReason.Format, $"cannot be inflated: {damage}");
        }

        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _decoded.Dispose();
        base.Dispose(disposing);
    }

    UnreadableImageException Fault(UnreadableReason reason, string fault) => new(reason, $"{_name} {fault}{(fault.EndsWith('.') ? "" : ".")}");
}
