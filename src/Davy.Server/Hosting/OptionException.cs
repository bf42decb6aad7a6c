namespace Davy.Server.Hosting;

/// <summary>The program was called or set up in a way that it cannot serve; the message says what to do.</summary>
sealed class OptionException(string message) : Exception(message);
