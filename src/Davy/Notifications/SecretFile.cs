using Davy.Google;

namespace Davy.Notifications;

/// <summary>Reads files that hold secrets.</summary>
static class SecretFile
{
    const int MostBytes = 16 * 1024;

    /// <summary>The lines of a file, without the empty ones.</summary>
    /// <exception cref="SendException">It cannot be read, or is empty.</exception>
    public static IReadOnlyList<string> Lines(string path)
    {
        try
        {
            var text = System.Text.Encoding.UTF8.GetString(BoundedFile.Read(path, MostBytes)).TrimStart('\uFEFF');
            return text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } lines ? lines : throw new SendException($"{path} is empty.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SendException($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>The only line of a file.</summary>
    /// <exception cref="SendException">It cannot be read, or has another count of lines.</exception>
    public static string Line(string path) => Lines(path) is [var line] ? line : throw new SendException($"{path} has more than one line.");
}
