using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Davy.CloudRun;

namespace Davy.Findings;

/// <summary>Identities as 128 bits of SHA-256: small enough to remember many, and nobody can make two of them meet.</summary>
static class EvidenceKey
{
    /// <summary>The identity of an entry: log, timestamp and insert id, as Cloud Logging has it; the method too, for entries that lack an insert id.</summary>
    public static UInt128 Of(EntryIdentity entry) => Of(entry.LogName, entry.Timestamp?.ToString() ?? "", entry.InsertId, entry.InsertId == "" ? entry.Method : "");

    /// <summary>The identity of a resource.</summary>
    public static UInt128 Of(CloudRunResource resource) => Of(resource.Kind.Word, resource.Project, resource.Location, resource.Name);

    /// <summary>The identity of any list of texts.</summary>
    public static UInt128 Of(params ReadOnlySpan<string?> parts)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
