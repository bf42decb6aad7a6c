namespace Davy.Cli.Commands;

/// <summary>The program was called wrongly, or with a file that it cannot use; the message says what is wrong and what to do.</summary>
/// <param name="message">The message.</param>
sealed class UsageException(string message) : Exception(message);
