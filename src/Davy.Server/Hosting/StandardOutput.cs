namespace Davy.Server.Hosting;

/// <summary>Where the answers of commands go.</summary>
/// <param name="Writer">Its writer.</param>
/// <param name="IsTerminal">Whether a person reads it, and nobody else.</param>
sealed record StandardOutput(TextWriter Writer, bool IsTerminal)
{
    /// <summary>That of this process.</summary>
    public static StandardOutput OfProcess() => new(Console.Out, !Console.IsOutputRedirected);
}
