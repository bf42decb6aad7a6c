using System.Collections;
using Davy.Images;

namespace Davy.Server.Hosting;

/// <summary>
/// The configuration file: a JSON object, with comments, whose members are named as the options of the command line without their dashes, and <c>sources</c>. Described in
/// docs/configuration.md.
/// </summary>
sealed class ConfigurationFile
{
    const string FileName = "davyd.json";
    const int MostBytes = 1 << 20;

    readonly LocatedJson? _root;

    ConfigurationFile(string path, LocatedJson? root) => (Path, _root) = (path, root);

    /// <summary>The file; empty where there is none.</summary>
    public string Path { get; }

    /// <summary>What it says of options, by their names without dashes.</summary>
    public IEnumerable<KeyValuePair<string, LocatedJson>> Options => _root?.Members().Where(member => member.Key != "sources") ?? [];

    /// <summary>The sources that it declares.</summary>
    /// <exception cref="UnreadableFileException"><c>sources</c> is no list.</exception>
    public IReadOnlyList<LocatedJson> Sources => _root?.Member("sources") is null ? [] : _root.List("sources");

    /// <summary>Reads the file that is meant.</summary>
    /// <param name="given">What the command line names; null: the environment's, else that of the place where configurations are, if there is one.</param>
    /// <param name="environment">The process's environment.</param>
    /// <exception cref="OptionException">It cannot be read, or is no JSON object.</exception>
    public static ConfigurationFile Read(string? given, IDictionary environment)
    {
        var named = given ?? (environment["DAVY_CONFIG"] is string { Length: > 0 } path ? path : null);
        var file = named ?? Usual(environment).FirstOrDefault(File.Exists);
        if (file is null) return new("", null);
        try
        {
            var bytes = UserFile.Read(file);
            if (bytes.Length > MostBytes) throw new OptionException($"--config: {file} is larger than 1 MiB.");
            var root = LocatedJson.Parse(file, bytes);
            root.Members();
            return new(System.IO.Path.GetFullPath(file), root);
        }
        catch (Exception fault) when (fault is UnreadableFileException or IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"--config: {fault.Message}");
        }
    }

    /// <summary>Where it is looked for: systemd's <c>ConfigurationDirectory=</c>, then the XDG Base Directory Specification's.</summary>
    static IEnumerable<string> Usual(IDictionary environment)
    {
        if (environment["CONFIGURATION_DIRECTORY"] is string { Length: > 0 } systemd) yield return System.IO.Path.Combine(systemd.Split(':')[0], FileName);
        if (environment["XDG_CONFIG_HOME"] is string { Length: > 0 } xdg && System.IO.Path.IsPathRooted(xdg)) yield return System.IO.Path.Combine(xdg, "davy", FileName);
        else if (environment["HOME"] is string { Length: > 0 } home) yield return System.IO.Path.Combine(home, ".config", "davy", FileName);
    }
}
