using System.Buffers.Text;
using System.Text;

namespace Davy.Images.Tar;

/// <summary>What a pax header changes in the entry that follows it (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, "pax Extended Header").</summary>
sealed record PaxRecords
{
    public string? Path { get; private set; }

    public string? Link { get; private set; }

    public long? Size { get; private set; }

    /// <summary>Whether the content leaves holes out.</summary>
    public bool IsSparse { get; private set; }

    /// <summary>Whether the content begins with the map of its holes.</summary>
    public bool HasHolesInContent { get; private set; }

    /// <summary>Reads records of the form <c>LENGTH NAME=VALUE\n</c>.</summary>
    /// <returns>Null where it is no such header.</returns>
    public static PaxRecords? Parse(ReadOnlySpan<byte> content)
    {
        var records = new PaxRecords();
        var sparseName = (string?)null;
        while (!content.IsEmpty)
        {
            if (!Utf8Parser.TryParse(content, out int length, out var digits) || length <= digits + 3 || length > content.Length) return null;
            if (content[digits] != ' ' || content[length - 1] != '\n') return null;

            var record = content[(digits + 1)..(length - 1)];
            content = content[length..];
            var equals = record.IndexOf((byte)'=');
            if (equals < 1) return null;

            var value = record[(equals + 1)..];
            switch (Encoding.UTF8.GetString(record[..equals]))
            {
                case "path":
                    if (value.Contains((byte)0)) return null;
                    records.Path = Text(value);
                    break;
                case "linkpath":
                    if (value.Contains((byte)0)) return null;
                    records.Link = Text(value);
                    break;
                case "size":
                    if (!Utf8Parser.TryParse(value, out long size, out var taken) || taken != value.Length || size < 0) return null;
                    records.Size = size;
                    break;
                case "GNU.sparse.name":
                    sparseName = Text(value);
                    break;
                case "GNU.sparse.major":
                    records.HasHolesInContent = value.SequenceEqual("1"u8);
                    records.IsSparse = true;
                    break;
                case "GNU.sparse.map" or "GNU.sparse.numblocks" or "GNU.sparse.size" or "GNU.sparse.realsize":
                    records.IsSparse = true;
                    break;
            }
        }

        records.Path = sparseName ?? records.Path;
        return records;
    }

    /// <summary>An empty value takes a record back.</summary>
    static string? Text(ReadOnlySpan<byte> value) => value.IsEmpty ? null : Encoding.UTF8.GetString(value);
}
