using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Davy.Server.Callers;

/// <summary>
/// The text of an access token: <c>davy_</c> and 256 random bits in hexadecimal, so that a scanner for secrets finds it by <c>davy_[0-9a-f]{64}</c>. It is shown once
/// and kept as its hash: 256 random bits cannot be guessed, so a plain SHA-256 needs neither salt nor rounds.
/// </summary>
readonly record struct TokenText
{
    const string Prefix = "davy_";
    const int Bytes = 32;
    static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    readonly string _text;

    TokenText(string text) => _text = text;

    /// <summary>A new token.</summary>
    public static TokenText New() => new(Prefix + RandomNumberGenerator.GetHexString(2 * Bytes, lowercase: true));

    /// <summary>Reads a token.</summary>
    /// <param name="text">What was sent.</param>
    /// <param name="token">The token.</param>
    /// <returns>Whether it has the form of one.</returns>
    public static bool TryParse(string text, out TokenText token)
    {
        token = default;
        if (text.Length != Prefix.Length + (2 * Bytes) || !text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        if (text.AsSpan(Prefix.Length).ContainsAnyExcept(HexDigits)) return false;

        token = new(text);
        return true;
    }

    /// <summary>
    /// What is kept of it and looked up: SHA-256, 64 lower-case hexadecimal characters. Who tries tokens does not know the hash of what they try to be near another, so how
    /// long the look-up of a hash takes tells them nothing.
    /// </summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(_text)));

    /// <summary>The text, for the one who asked for the token.</summary>
    public string Reveal() => _text;

    /// <summary>No part of the text: it may end in a log.</summary>
    public override string ToString() => Prefix + "…";
}
