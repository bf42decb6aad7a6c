namespace Davy.Cli.Client;

/// <summary>Where the files of <c>davy respond</c> are, unless the command line says otherwise.</summary>
sealed record ResponseSettings
{
    /// <summary>The policy; empty where it cannot be told. It need not be there.</summary>
    public string Policy { get; init; } = "";

    /// <summary>The folder of records; empty where it cannot be told.</summary>
    public string Records { get; init; } = "";

    /// <summary>The environment of this process (https://specifications.freedesktop.org/basedir-spec/latest/).</summary>
    public static ResponseSettings OfProcess()
    {
        var environment = Environment.GetEnvironmentVariables();
        string? Given(string name) => environment[name] is string { Length: > 0 } value ? value : null;

        var home = Given("HOME");
        var config = Given("XDG_CONFIG_HOME") ?? (OperatingSystem.IsWindows() ? Given("APPDATA") : home is null ? null : Path.Combine(home, ".config"));
        var state = Given("XDG_STATE_HOME") ?? (OperatingSystem.IsWindows() ? Given("LOCALAPPDATA") : home is null ? null : Path.Combine(home, ".local", "state"));
        return new()
        {
            Policy = config is null ? "" : Path.Combine(config, "davy", "respond.json"),
            Records = state is null ? "" : Path.Combine(state, "davy", "responses"),
        };
    }
}
