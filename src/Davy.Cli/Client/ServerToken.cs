using System.Buffers;
using Davy.Images;

namespace Davy.Cli.Client;

/// <summary>The bearer token that says who asks. It is a secret: it comes from the environment or a file, never from the command line, which every user of the machine can read.</summary>
static class ServerToken
{
    const int Longest = 16_384;

    /// <summary>What RFC 6750 lets a token be made of (https://www.rfc-editor.org/rfc/rfc6750#section-2.1).</summary>
    static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    /// <summary>Reads the token.</summary>
    /// <param name="file">The file that holds it; null for the environment's, else for the one that a file names.</param>
    /// <param name="settings">The environment and the files.</param>
    /// <returns>The token; null where there is none.</returns>
    /// <exception cref="ServerException">What is there is no token; the message does not quote it.</exception>
    /// <exception cref="UnreadableFileException">The file cannot be read.</exception>
    public static string? Read(string? file, ServerSettings settings)
    {
        if (file is null && settings.Token.Trim() is { Length: > 0 } token) return Checked(token, "DAVY_TOKEN");
        if (file is null && settings.TokenFile == "") return null;

        var where = file is null ? "the file of \"tokenFile\"" : "the file of --token-file";
        var text = System.Text.Encoding.UTF8.GetString(UserFile.Read(file ?? settings.TokenFile)).Trim();
        return text != "" ? Checked(text, where) : throw new ServerException($"{where} is empty.");
    }

    static string Checked(string token, string where) =>
        token.Length <= Longest && !token.AsSpan().ContainsAnyExcept(Letters) ? token : throw new ServerException($"{where} holds no token: a token is one word of letters, digits and -._~+/=.");
}
