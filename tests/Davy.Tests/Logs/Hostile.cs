using CsCheck;

namespace Davy.Tests.Logs;

/// <summary>Texts that are nearly logs.</summary>
static class Hostile
{
    static readonly string[] Parts =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "\n", " ", "\t", "\r\n", "1", "null", "x", "\0", "\u00ff", "\u00ef\u00bb\u00bf", "{}", "\"a\"", "\"a\":", "{\"a\":", "{\"a\":1}", "{\"a\":1}\n",
        "{\"a\":[", "{\"data\":1}\n", "{\"b\":\"run.googleapis.com\"}\n", "\\u0072", "},{", "}\n{", "  {\n", "  }\n", "                                  ",
    ];

    public static readonly Gen<string> Texts = Gen.Int[0, Parts.Length - 1].Select(part => Parts[part]).Array[0, 24].Select(string.Concat);

    /// <summary>A line of such parts.</summary>
    public static readonly Gen<string> Lines = Texts.Select(text => text.Replace("\n", "", StringComparison.Ordinal));
}
