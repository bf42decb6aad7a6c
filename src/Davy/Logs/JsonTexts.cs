using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Davy.Logs;

/// <summary>How texts and names of hostile JSON are read: whether they are valid Unicode shows only when they are looked at.</summary>
static class JsonTexts
{
    /// <summary>The longest escape is <c>\u0041</c> for one byte.</summary>
    const int MostExpansion = 6;

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a string or name.</summary>
    /// <exception cref="EntryRejectedException">It is not valid Unicode.</exception>
    public static string Decode(JsonTree tree, in JsonTree.Row row)
    {
        try
        {
            if (!row.IsEscaped) return row.IsAscii ? TextPool.Of(tree.TextOf(row)) : Strict.GetString(tree.TextOf(row));

            var reader = new Utf8JsonReader(tree.TokenOf(row));
            reader.Read();
            return reader.GetString() ?? "";
        }
        catch (Exception fault) when (fault is InvalidOperationException or DecoderFallbackException)
        {
            throw row.Type is JsonTokenType.PropertyName ? InvalidName()
                : new(RejectReason.InvalidText, "A text in it is not valid Unicode (invalid UTF-8, or half of a surrogate pair).");
        }
    }

    /// <summary>Whether an escaped name may be another: up to its first escape they are alike.</summary>
    public static bool BeginsWith(ReadOnlySpan<byte> name, ReadOnlySpan<byte> escaped) => name.StartsWith(escaped[..escaped.IndexOf((byte)'\\')]);

    /// <summary>Compares an escaped name; false where it is not valid Unicode.</summary>
    public static bool TryEquals(JsonTree tree, in JsonTree.Row row, ReadOnlySpan<byte> name, out bool isEqual)
    {
        var reader = new Utf8JsonReader(tree.TokenOf(row));
        reader.Read();
        var text = ArrayPool<byte>.Shared.Rent(row.Length);
        try
        {
            isEqual = text.AsSpan(0, reader.CopyString(text)).SequenceEqual(name);
            return true;
        }
        catch (InvalidOperationException)
        {
            isEqual = false;
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    /// <summary>Whether an escaped name is so short or so long that it cannot be another.</summary>
    public static bool IsOtherByLength(int escaped, int name) => name > escaped || name < escaped / MostExpansion;

    /// <summary>The fault of a name that cannot be compared.</summary>
    public static EntryRejectedException InvalidName() => new(RejectReason.InvalidText, "A name in it is not valid Unicode (invalid UTF-8, or half of a surrogate pair).");
}
