using System.Collections;

namespace Davy.Cli.Client;

/// <summary>
/// The person's own folders (https://specifications.freedesktop.org/basedir-spec/latest/): a variable that names no full path counts for nothing. Null where a folder cannot be told.
/// </summary>
/// <param name="environment">The process's environment.</param>
sealed class PersonFolders(IDictionary environment)
{
    /// <summary>For what a person decided.</summary>
    public string? Configuration => Of("XDG_CONFIG_HOME", "APPDATA", ".config");

    /// <summary>For what is to stay.</summary>
    public string? State => Of("XDG_STATE_HOME", "LOCALAPPDATA", ".local/state");

    /// <summary>For what can be had again.</summary>
    public string? Cache => Of("XDG_CACHE_HOME", "LOCALAPPDATA", ".cache");

    string? Of(string variable, string onWindows, string belowHome) =>
        OperatingSystem.IsWindows() ? Given(onWindows) : Given(variable) ?? (Given("HOME") is { } home ? Path.Combine(home, belowHome) : null);

    string? Given(string name) => environment[name] is string value && Path.IsPathFullyQualified(value) ? value : null;
}
