using System.Collections;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Davy.Images;

namespace Davy.Server.Hosting;

/// <summary>An option as it holds.</summary>
/// <param name="Name">Its name on the command line, <c>--http-port</c>.</param>
/// <param name="Values">What it is set to, or its default; none where it is not set and has none.</param>
/// <param name="Origin">Where that was said: <c>command line</c>, <c>DAVY_HTTP_PORT</c>, <c>davyd.json:3</c>, or <c>default</c>.</param>
sealed record Setting(string Name, IReadOnlyList<string> Values, string Origin);

/// <summary>
/// Puts together what is said of options: the command line comes before the environment (<c>DAVY_</c> and the option's name in capitals), which comes before the file.
/// What is not said on the command line is put behind it, so that one reading judges all of it by the same rules.
/// </summary>
static class Settings
{
    /// <summary>The origin of what the command line says.</summary>
    public const string CommandLine = "command line";

    /// <summary>The origin of what nobody says.</summary>
    public const string Default = "default";

    /// <summary>The option that names the file; itself no setting.</summary>
    public static readonly Option<string?> Config = new("--config")
    {
        Description = "The configuration file. Without it: $DAVY_CONFIG, else davyd.json in $CONFIGURATION_DIRECTORY or $XDG_CONFIG_HOME/davy, if there is one.",
        Recursive = true,
        HelpName = "FILE",
    };

    /// <summary>All settings of a command.</summary>
    /// <param name="said">The command line as it was given.</param>
    /// <param name="options">The options that the command has.</param>
    /// <param name="file">The file.</param>
    /// <param name="environment">The process's environment.</param>
    /// <exception cref="OptionException">The file names an option that there is not, or gives one that cannot be read.</exception>
    public static IReadOnlyList<Setting> Of(ParseResult said, IEnumerable<Option> options, ConfigurationFile file, IDictionary environment)
    {
        try
        {
            var inFile = file.Options.ToDictionary(member => $"--{member.Key}", member => member.Value, StringComparer.Ordinal);
            List<Setting> all = [];
            foreach (var option in options)
            {
                var variable = $"DAVY_{option.Name.TrimStart('-').Replace('-', '_').ToUpperInvariant()}";
                inFile.Remove(option.Name, out var json);
                all.Add(said.GetResult(option) is { Implicit: false } result ? new(option.Name, Words(option, result), CommandLine)
                    : environment[variable] is string { Length: > 0 } value ? new(option.Name, option.Arity.MaximumNumberOfValues > 1 ? value.Split(',', StringSplitOptions.TrimEntries) : [value], variable)
                    : json?.Words() is { Count: > 0 } words ? new(option.Name, words, $"{json.File}:{json.Line}")
                    : new(option.Name, DefaultOf(option), Default));
            }

            return inFile.FirstOrDefault() is { Value: { } unknown, Key: var name } ? throw unknown.Fault($"the member \"{name[2..]}\" is not known here; 'davyd --help' names the options, and \"sources\" may stand beside them") : all;
        }
        catch (UnreadableFileException fault)
        {
            throw new OptionException($"--config: {fault.Message}");
        }
    }

    /// <summary>Settings as words of a command line.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="among">The options that the command takes.</param>
    public static IEnumerable<string> Words(IEnumerable<Setting> settings, IReadOnlySet<string> among) =>
        settings.Where(setting => setting.Origin != Default && among.Contains(setting.Name)).SelectMany(setting => setting.Values.Select(value => $"{setting.Name}={value}"));

    static string[] DefaultOf(Option option) => (option.HasDefaultValue || option.ValueType == typeof(bool) ? option.GetDefaultValue() : null) switch
    {
        null => [],
        string[] texts => texts,
        bool isOn => [isOn ? "true" : "false"],
        var value => [Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""],
    };

    static IReadOnlyList<string> Words(Option option, OptionResult result) =>
        result.Tokens.Count == 0 && option.ValueType == typeof(bool) ? ["true"] : [.. result.Tokens.Select(token => token.Value)];
}
