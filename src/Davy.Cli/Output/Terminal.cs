namespace Davy.Cli.Output;

/// <summary>Where the program's words go, and what may be shown there: results on standard output, all else on standard error.</summary>
sealed record Terminal
{
    /// <summary>Standard output.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard output, for reports that are bytes.</summary>
    public required Func<Stream> OpenOut { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input.</summary>
    public required Func<Stream> OpenIn { get; init; }

    /// <summary>Standard output is a terminal.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Standard error is a terminal.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Standard input is a terminal.</summary>
    public bool InIsTerminal { get; init; }

    /// <summary>The terminal's width in columns.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Colour is not wanted: <c>NO_COLOR</c> is set (https://no-color.org), or the terminal is dumb.</summary>
    public bool IsPlain { get; init; }

    /// <summary>Progress is not wanted: the program runs in a pipeline.</summary>
    public bool IsAutomated { get; init; }

    /// <summary>Whether standard output gets colour.</summary>
    /// <param name="choice"><c>auto</c>, <c>always</c> or <c>never</c>.</param>
    public bool Colours(string choice) => choice == "always" || (choice == "auto" && OutIsTerminal && !IsPlain);

    /// <summary>The console of this process.</summary>
    public static Terminal OfProcess()
    {
        var environment = Environment.GetEnvironmentVariables();
        var outIsTerminal = !Console.IsOutputRedirected;
        return new()
        {
            Out = Console.Out,
            OpenOut = Console.OpenStandardOutput,
            Error = Console.Error,
            OpenIn = Console.OpenStandardInput,
            OutIsTerminal = outIsTerminal,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            InIsTerminal = !Console.IsInputRedirected,
            Width = outIsTerminal && Console.WindowWidth is > 0 and var width ? width : 80,
            IsPlain = environment["NO_COLOR"] is string { Length: > 0 } || environment["TERM"] is "dumb",
            IsAutomated = environment["CI"] is string { Length: > 0 },
        };
    }
}
