using System.Buffers;
using System.Security.Cryptography;

namespace Davy.Images;

/// <summary>The SHA-256 digest of a manifest, configuration or layer (https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests).</summary>
public readonly record struct Digest
{
    const string Prefix = "sha256:";
    static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    readonly string? _hex;

    Digest(string hex) => _hex = hex;

    /// <summary>The 64 lower-case hexadecimal characters.</summary>
    public string Hex => _hex ?? "";

    /// <summary>Reads <c>sha256:</c> and 64 lower-case hexadecimal characters.</summary>
    /// <param name="text">The text.</param>
    /// <param name="digest">The digest, where the text is one.</param>
    /// <returns>False where the text is no such digest.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Digest digest)
    {
        digest = default;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return false;

        var hex = text[Prefix.Length..];
        if (hex.Length != 64 || hex.ContainsAnyExcept(HexDigits)) return false;

        digest = new(hex.ToString());
        return true;
    }

    /// <summary>The digest of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>Their SHA-256.</returns>
    public static Digest Compute(ReadOnlySpan<byte> bytes) => Of(SHA256.HashData(bytes));

    /// <summary>The digest that a hash is.</summary>
    /// <param name="hash">A SHA-256 of 32 bytes.</param>
    internal static Digest Of(ReadOnlySpan<byte> hash) => new(Convert.ToHexStringLower(hash));

    /// <summary>The digest as it is written.</summary>
    /// <returns><c>sha256:…</c></returns>
    public override string ToString() => Prefix + Hex;
}
