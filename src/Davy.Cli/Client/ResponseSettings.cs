namespace Davy.Cli.Client;

/// <summary>Where the files of <c>davy respond</c> are, unless the command line says otherwise.</summary>
sealed record ResponseSettings
{
    /// <summary>The policy; empty where it cannot be told. It need not be there.</summary>
    public string Policy { get; init; } = "";

    /// <summary>The folder of records; empty where it cannot be told.</summary>
    public string Records { get; init; } = "";

    /// <summary>The environment of this process.</summary>
    public static ResponseSettings OfProcess()
    {
        PersonFolders folders = new(Environment.GetEnvironmentVariables());
        return new()
        {
            Policy = folders.Configuration is { } configuration ? Path.Combine(configuration, "davy", "respond.json") : "",
            Records = folders.State is { } state ? Path.Combine(state, "davy", "responses") : "",
        };
    }
}
