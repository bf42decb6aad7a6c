using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Davy.Logs;

/// <summary>
/// An entry taken apart: its values in a row, in the order of the text, each with its place and the row behind it. What <c>JsonDocument</c> does, but a value is looked up by
/// its name without a copy, and everything below it lies in one piece that can be gone through without recursion.
/// </summary>
public sealed class JsonTree : IDisposable
{
    const int FirstRows = 256;

    Row[] _rows = ArrayPool<Row>.Shared.Rent(FirstRows);
    byte[] _bytes;

    JsonTree(byte[] bytes) => _bytes = bytes;

    /// <summary>The value of the whole text.</summary>
    public JsonValue Root => new(this, 0);

    /// <summary>Parses one value.</summary>
    /// <param name="json">The text, which must stay as it is while the tree is used.</param>
    /// <param name="depth">How deep it may be nested.</param>
    /// <returns>The tree; to be disposed, after which none of its values may be used.</returns>
    /// <exception cref="JsonException">It is not valid JSON, or too deep.</exception>
    public static JsonTree Parse(ReadOnlyMemory<byte> json, int depth)
    {
        var bytes = MemoryMarshal.TryGetArray(json, out var segment) ? segment : new(json.ToArray());
        var tree = new JsonTree(bytes.Array ?? []);
        try
        {
            tree.Fill(bytes, bytes.Offset, depth);
            return tree;
        }
        catch (JsonException)
        {
            tree.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var rows = _rows;
        (_rows, _bytes) = ([], []);
        if (rows.Length > 0) ArrayPool<Row>.Shared.Return(rows);
    }

    /// <summary>One value, or the name of a property, which stands in the row before its value.</summary>
    internal ref readonly Row this[int row] => ref _rows[row];

    /// <summary>The text of a row, without quotes and still escaped.</summary>
    internal ReadOnlySpan<byte> TextOf(in Row row) => _bytes.AsSpan(row.Start, row.Length);

    /// <summary>The text of a row with its quotes.</summary>
    internal ReadOnlySpan<byte> TokenOf(in Row row) => _bytes.AsSpan(row.Start - 1, row.Length + 2);

    /// <summary>The row of an object's field; of repeated names the last.</summary>
    /// <param name="row">The object's row.</param>
    /// <param name="name">The field's name.</param>
    /// <returns>-1 where there is none.</returns>
    /// <exception cref="EntryRejectedException">A name beside it is not valid Unicode.</exception>
    internal int Find(int row, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<Row> rows = _rows;
        ReadOnlySpan<byte> bytes = _bytes;
        var (found, isDoubtful) = (-1, false);
        for (int at = row + 1, end = rows[row].Next; at < end; at = rows[at + 1].Next)
        {
            ref readonly var candidate = ref rows[at];
            if (!candidate.IsEscaped)
            {
                if (candidate.Length != name.Length || !bytes.Slice(candidate.Start, candidate.Length).SequenceEqual(name)) continue;
            }
            else if (candidate.Length <= name.Length || !JsonTexts.BeginsWith(name, TextOf(candidate)))
            {
                continue;
            }
            else if (!JsonTexts.TryEquals(this, candidate, name, out var isEqual))
            {
                isDoubtful = true;
                continue;
            }
            else if (!isEqual)
            {
                continue;
            }

            (found, isDoubtful) = (at + 1, false);
        }

        // A name behind the last that fits might be it, if it could be read.
        return isDoubtful ? throw JsonTexts.InvalidName() : found;
    }

    /// <summary>Makes room for twice as many rows.</summary>
    internal Span<Row> Grow()
    {
        var larger = ArrayPool<Row>.Shared.Rent(_rows.Length * 2);
        _rows.CopyTo(larger, 0);
        ArrayPool<Row>.Shared.Return(_rows);
        return _rows = larger;
    }

    void Fill(ReadOnlySpan<byte> json, int offset, int depth)
    {
        JsonScanner.Rows rows = new(this, _rows, offset);
        if (!new JsonScanner(json, depth).TryFill(ref rows)) FillSlowly(json, offset, depth);
    }

    /// <summary>What is not valid is left to the reader that can say why; so is what is nested deeper than the scanner goes.</summary>
    void FillSlowly(ReadOnlySpan<byte> json, int offset, int depth)
    {
        var count = 0;
        var reader = new Utf8JsonReader(json, new() { MaxDepth = depth });
        var open = -1;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                // Until it is closed, a row remembers in the place of the next row the one that it stands in.
                ref var closed = ref _rows[open];
                (open, closed.Next, closed.Length) = (closed.Next, count, offset + (int)reader.BytesConsumed - closed.Start);
                continue;
            }

            if (count == _rows.Length) Grow();
            ref var row = ref _rows[count];
            var isText = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName;
            (row.Type, row.IsEscaped, row.IsAscii) = (reader.TokenType, reader.ValueIsEscaped, !isText || Ascii.IsValid(reader.ValueSpan));
            (row.Start, row.Length) = (offset + (int)reader.TokenStartIndex + (isText ? 1 : 0), reader.ValueSpan.Length);
            row.Next = count + 1;
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) (row.Next, open) = (open, count);
            count++;
        }
    }

    /// <summary>A row.</summary>
    internal struct Row
    {
        /// <summary>Where the value begins in the text; that of a string behind its quote.</summary>
        public int Start;

        /// <summary>How long it is; a string without its quotes.</summary>
        public int Length;

        /// <summary>The row behind it and all that is in it.</summary>
        public int Next;

        /// <summary>What it is.</summary>
        public JsonTokenType Type;

        /// <summary>Whether it is a string or name that holds escapes.</summary>
        public bool IsEscaped;

        /// <summary>Whether its bytes are all of ASCII.</summary>
        public bool IsAscii;
    }
}
