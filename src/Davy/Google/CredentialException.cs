namespace Davy.Google;

/// <summary>There are no credentials for Google, or they do not work.</summary>
/// <param name="message">One sentence: which file and field, why, what to do. It never holds a secret.</param>
/// <param name="inner">What led to it.</param>
public sealed class CredentialException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether trying again later may help: the other side did not answer, or not well.</summary>
    public bool MayPass { get; init; }
}
