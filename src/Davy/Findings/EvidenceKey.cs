using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Davy.CloudRun;

namespace Davy.Findings;

/// <summary>Identities as 128 bits of SHA-256: small enough to remember many, and nobody can make two of them meet.</summary>
static class EvidenceKey
{
    /// <summary>The longest text that is put together without memory of its own, in bytes.</summary>
    const int ShortText = 1024;

    /// <summary>The identity of an entry: log, timestamp and insert id, as Cloud Logging has it; the method too, for entries that lack an insert id.</summary>
    public static UInt128 Of(EntryIdentity entry) => Of(entry.LogName, entry.Timestamp?.ToString() ?? "", entry.InsertId, entry.InsertId == "" ? entry.Method : "");

    /// <summary>The identity of a resource.</summary>
    public static UInt128 Of(CloudRunResource resource) => Of(resource.Kind.Word, resource.Project, resource.Location, resource.Name);

    /// <summary>The identity of any list of texts.</summary>
    public static UInt128 Of(params ReadOnlySpan<string?> parts)
    {
        var most = parts.Length;
        foreach (var part in parts) most += Encoding.UTF8.GetMaxByteCount(part?.Length ?? 0);

        var text = most <= ShortText ? stackalloc byte[ShortText] : new byte[most];
        var length = 0;
        for (var part = 0; part < parts.Length; part++)
        {
            if (part > 0) text[length++] = (byte)'\n';
            length += Encoding.UTF8.GetBytes(parts[part] ?? "", text[length..]);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
