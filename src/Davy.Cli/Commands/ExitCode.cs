namespace Davy.Cli.Commands;

/// <summary>How the program ends; interrupted comes before failed, failed before found, found before in doubt, in doubt before clean.</summary>
static class ExitCode
{
    /// <summary>All was judged, and nothing was found.</summary>
    public const int Clean = 0;

    /// <summary>Something was found.</summary>
    public const int Found = 1;

    /// <summary>It failed, or was called wrongly.</summary>
    public const int Failed = 2;

    /// <summary>Nothing was found, but something could not be judged or read, or nothing was read at all.</summary>
    public const int InDoubt = 3;

    /// <summary>It was interrupted.</summary>
    public const int Interrupted = 130;
}
