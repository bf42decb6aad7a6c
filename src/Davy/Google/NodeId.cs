namespace Davy.Google;

/// <summary>The ids of organisations, folders and projects, as people write them.</summary>
public static class NodeId
{
    const int Longest = 100;

    /// <summary>Whether a text can be the number of an organisation or folder.</summary>
    /// <param name="text">The text.</param>
    public static bool IsNumber(string text) => text.Length is > 0 and <= Longest && text.All(char.IsAsciiDigit);

    /// <summary>Whether a text can be the id or number of a project; old ids have a domain in front.</summary>
    /// <param name="text">The text.</param>
    public static bool IsProject(string text) => text.Length is > 0 and <= Longest && char.IsAsciiLetterOrDigit(text[0])
        && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '.' or ':');
}
