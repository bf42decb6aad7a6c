namespace Davy.Cli.Client;

/// <summary>The server cannot be used, or refuses; the message says what, where and what to do, and is safe to show.</summary>
/// <param name="message">The message.</param>
sealed class ServerException(string message) : Exception(message)
{
    /// <summary>The HTTP status that the server answered with; 0 where it did not answer.</summary>
    public int Status { get; init; }
}
