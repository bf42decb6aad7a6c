using System.Buffers;
using System.Security.Cryptography;

namespace Davy.Images;

/// <summary>
/// The digest of a manifest, configuration or layer, in one of the two algorithms that are registered and asked of everybody or recommended
/// (https://github.com/opencontainers/image-spec/blob/main/descriptor.md#registered-algorithms): SHA-256, which nearly all have, or SHA-512.
/// </summary>
public readonly record struct Digest
{
    const string Sha256 = "sha256";
    const string Sha512 = "sha512";
    const int MostAlgorithm = 32;
    static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    static readonly SearchValues<char> AlgorithmLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789+._-");

    readonly string? _hex;

    Digest(string hex) => _hex = hex;

    /// <summary>The lower-case hexadecimal characters: 64 of SHA-256, 128 of SHA-512.</summary>
    public string Hex => _hex ?? "";

    /// <summary>The algorithm as it is written: <c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm => IsSha512 ? Sha512 : Sha256;

    /// <summary>Whether it is a SHA-512.</summary>
    public bool IsSha512 => Hex.Length == 2 * SHA512.HashSizeInBytes;

    /// <summary>Reads <c>sha256:</c> and 64, or <c>sha512:</c> and 128 lower-case hexadecimal characters.</summary>
    /// <param name="text">The text.</param>
    /// <param name="digest">The digest, where the text is one.</param>
    /// <returns>False where the text is no such digest.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Digest digest)
    {
        digest = default;
        var colon = text.IndexOf(':');
        if (colon < 0) return false;

        var algorithm = text[..colon];
        var hex = text[(colon + 1)..];
        var bytes = algorithm is Sha256 ? SHA256.HashSizeInBytes : algorithm is Sha512 ? SHA512.HashSizeInBytes : -1;
        if (hex.Length != 2 * bytes || hex.ContainsAnyExcept(HexDigits)) return false;

        digest = new(hex.ToString());
        return true;
    }

    /// <summary>Why a text is no digest that is checked, as the end of a sentence; never quotes more than the name of an algorithm.</summary>
    /// <param name="text">A text that <see cref="TryParse"/> refuses.</param>
    internal static string WhyNot(ReadOnlySpan<char> text) =>
        text.IndexOf(':') is > 0 and <= MostAlgorithm and var colon && text[..colon] is not (Sha256 or Sha512) && !text[..colon].ContainsAnyExcept(AlgorithmLetters)
            ? $"is one by the algorithm '{text[..colon]}', and only SHA-256 and SHA-512 are checked"
            : "is no digest that is checked: 'sha256:' with 64, or 'sha512:' with 128 hexadecimal characters in lower case";

    /// <summary>The digest of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>Their SHA-256.</returns>
    public static Digest Compute(ReadOnlySpan<byte> bytes) => Of(SHA256.HashData(bytes));

    /// <summary>The digest of bytes in the algorithm of this one, to be compared with it.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>Their SHA-256 or SHA-512.</returns>
    public Digest Again(ReadOnlySpan<byte> bytes) => IsSha512 ? Of(SHA512.HashData(bytes)) : Compute(bytes);

    /// <summary>Begins to hash bytes in the algorithm of this digest.</summary>
    internal IncrementalHash Begin() => IncrementalHash.CreateHash(IsSha512 ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

    /// <summary>The digest that a hash is.</summary>
    /// <param name="hash">A SHA-256 of 32 bytes, or a SHA-512 of 64.</param>
    internal static Digest Of(ReadOnlySpan<byte> hash) => new(Convert.ToHexStringLower(hash));

    /// <summary>The digest as it is written.</summary>
    /// <returns><c>sha256:…</c></returns>
    public override string ToString() => $"{Algorithm}:{Hex}";
}
