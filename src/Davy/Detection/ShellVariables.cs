using Davy.CloudRun;

namespace Davy.Detection;

/// <summary>The variables that a script can name: those of the container, then what the script itself assigns.</summary>
sealed class ShellVariables(IReadOnlyList<EnvironmentVariable> environment)
{
    /// <summary>How much all values may add up to, in characters: a few assignments that double each other would never end.</summary>
    const int MaxExpanded = 64 * 1024;

    readonly Dictionary<string, string> _assigned = [];
    Dictionary<string, string>? _environment;
    int _expanded;

    /// <summary>The value of a variable.</summary>
    /// <returns>Null where it is not known, or where too much was asked for already.</returns>
    public string? Find(string name)
    {
        _environment ??= environment.DistinctBy(variable => variable.Name).ToDictionary(variable => variable.Name, variable => variable.Value);
        var value = _assigned.GetValueOrDefault(name) ?? _environment.GetValueOrDefault(name);
        if (value is null || (_expanded += value.Length + 1) > MaxExpanded) return null;
        return value;
    }

    /// <summary>Assigns a variable.</summary>
    public void Set(string name, string value) => _assigned[name] = value;
}
