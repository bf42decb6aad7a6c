namespace Davy.Benchmarks.Generation;

/// <summary>Entries in the framing that was asked for.</summary>
/// <param name="output">Where they go; left open.</param>
/// <param name="form">The framing.</param>
sealed class FramedLog(Stream output, LogForm form) : IDisposable
{
    readonly byte[] _buffer = new byte[1 << 20];
    int _filled;
    int _depth;
    bool _isBegun;

    /// <summary>How much was written so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds an entry.</summary>
    /// <param name="entry">A JSON object without blanks.</param>
    public void Add(ReadOnlySpan<byte> entry)
    {
        switch (form)
        {
            case LogForm.Jsonl:
                Put(entry);
                Put((byte)'\n');
                break;
            case LogForm.Array:
                Put(_isBegun ? (byte)',' : (byte)'[');
                Put(entry);
                break;
            case LogForm.Pretty:
                Put(_isBegun ? (byte)',' : (byte)'[');
                _depth = 1;
                NewLine();
                Indent(entry);
                break;
        }

        _isBegun = true;
    }

    /// <summary>Ends the framing.</summary>
    public void Close()
    {
        if (form is LogForm.Pretty) Put("\n]\n"u8);
        else if (form is LogForm.Array) Put("]\n"u8);
    }

    /// <inheritdoc/>
    public void Dispose() => Flush();

    void Indent(ReadOnlySpan<byte> json)
    {
        var isText = false;
        for (var at = 0; at < json.Length; at++)
        {
            var each = json[at];
            if (isText)
            {
                Put(each);
                if (each == '\\') Put(json[++at]);
                else isText = each != '"';
                continue;
            }

            switch ((char)each)
            {
                case '{' or '[' when json[at + 1] is (byte)'}' or (byte)']':
                    Put(json.Slice(at++, 2));
                    break;
                case '{' or '[':
                    Put(each);
                    _depth++;
                    NewLine();
                    break;
                case '}' or ']':
                    _depth--;
                    NewLine();
                    Put(each);
                    break;
                case ',':
                    Put(each);
                    NewLine();
                    break;
                case ':':
                    Put(": "u8);
                    break;
                default:
                    Put(each);
                    isText = each == '"';
                    break;
            }
        }
    }

    void NewLine()
    {
        Put((byte)'\n');
        for (var level = 0; level < _depth; level++) Put("  "u8);
    }

    void Put(byte one)
    {
        if (_filled == _buffer.Length) Flush();
        _buffer[_filled++] = one;
        Bytes++;
    }

    void Put(ReadOnlySpan<byte> many)
    {
        Bytes += many.Length;
        while (many.Length > 0)
        {
            if (_filled == _buffer.Length) Flush();
            var taken = Math.Min(many.Length, _buffer.Length - _filled);
            many[..taken].CopyTo(_buffer.AsSpan(_filled));
            _filled += taken;
            many = many[taken..];
        }
    }

    void Flush()
    {
        output.Write(_buffer, 0, _filled);
        _filled = 0;
    }
}
