using System.Collections;
using System.CommandLine;

namespace Davy.Server.Hosting;

/// <summary>All that the program was told, from the command line, the environment and the configuration file together.</summary>
sealed class Configuration
{
    readonly RootCommand _root;
    readonly IDictionary _environment;

    Configuration(RootCommand root, IDictionary environment, ConfigurationFile file, IReadOnlyList<Setting> settings) =>
        (_root, _environment, File, Settings) = (root, environment, file, settings);

    /// <summary>The file.</summary>
    public ConfigurationFile File { get; }

    /// <summary>Each setting as it holds, in the order of the help.</summary>
    public IReadOnlyList<Setting> Settings { get; }

    /// <summary>Reads it.</summary>
    /// <param name="root">The command line's root.</param>
    /// <param name="said">The command line as it was given.</param>
    /// <param name="environment">The process's environment.</param>
    /// <exception cref="OptionException">The file cannot be read, or says something unknown.</exception>
    public static Configuration Read(RootCommand root, ParseResult said, IDictionary environment)
    {
        var file = ConfigurationFile.Read(said.GetValue(Hosting.Settings.Config), environment);
        return new(root, environment, file, Hosting.Settings.Of(said, ServerArguments.All, file, environment));
    }

    /// <summary>The command line with all of it, for the command that was given.</summary>
    /// <param name="arguments">The command line as it was given.</param>
    /// <param name="said">The same, read.</param>
    /// <exception cref="OptionException">Something that it says cannot be read.</exception>
    public ParseResult Whole(IReadOnlyList<string> arguments, ParseResult said)
    {
        var taken = ServerArguments.All.Where(option => option.Recursive || said.CommandResult.Command == _root).Select(option => option.Name).ToHashSet(StringComparer.Ordinal);
        return Parsed([.. arguments, .. Hosting.Settings.Words(Settings.Where(setting => setting.Origin != Hosting.Settings.CommandLine), taken)]);
    }

    /// <summary>What the server is told by it, whatever command was given.</summary>
    /// <exception cref="OptionException">Something is wrong; the message says where it was said.</exception>
    public ServerOptions Options()
    {
        var parsed = Parsed([.. Hosting.Settings.Words(Settings, ServerArguments.All.Select(option => option.Name).ToHashSet(StringComparer.Ordinal))]);
        try
        {
            return ServerArguments.Options(parsed, _environment);
        }
        catch (OptionException fault)
        {
            throw new OptionException(string.Join(Environment.NewLine, fault.Message.Split(Environment.NewLine).Select(WithOrigin)));
        }
    }

    ParseResult Parsed(string[] arguments)
    {
        var parsed = _root.Parse(arguments);
        return parsed.Errors.Count == 0 ? parsed : throw new OptionException(string.Join(Environment.NewLine, parsed.Errors.Select(error => WithOrigin(error.Message))));
    }

    /// <summary>Whoever wrote an option elsewhere than on the command line looks for it there.</summary>
    string WithOrigin(string fault) =>
        Settings.Where(setting => setting.Origin is not (Hosting.Settings.Default or Hosting.Settings.CommandLine) && fault.Contains(setting.Name, StringComparison.Ordinal)).MaxBy(setting => setting.Name.Length) is { } setting
            ? $"{setting.Origin}: {fault}" : fault;
}
