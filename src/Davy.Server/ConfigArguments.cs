using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Reports;
using Davy.Server.Callers;
using Davy.Server.Hosting;
using Davy.Server.Ingest;
using Davy.Storage;

namespace Davy.Server;

/// <summary><c>davyd config check|show</c>: what holds, and where it was said. Nothing is opened.</summary>
static class ConfigArguments
{
    static readonly Option<string> Format = new("--format") { Description = "How it is written.", HelpName = "FORMAT", DefaultValueFactory = _ => "table" };

    static ConfigArguments() => Format.AcceptOnlyFromAmong("table", "json");

    /// <summary>The commands.</summary>
    /// <param name="configuration">What is said of options.</param>
    /// <param name="output">Where answers go.</param>
    /// <param name="error">Where all else goes.</param>
    public static Command Commands(Func<Configuration> configuration, StandardOutput output, TextWriter error)
    {
        Command check = new("check", "Check the configuration file, the environment and all files that they name; open nothing.");
        check.SetAction(async (_, _) =>
        {
            var read = configuration();
            CheckFiles(read.Options());
            var sources = SourceDeclarations.Read(read.File);
            await error.WriteLineAsync($"davyd: {(read.File.Path == "" ? "no configuration file, and nothing is wrong with the rest" : $"nothing is wrong with {TextSanitizer.Clean(read.File.Path)}")}; {Counted(sources.Count)}.");
            return 0;
        });
        HelpExamples.AddTo(check, "davyd config check", "davyd config check --config /etc/davy/davyd.json");

        Command show = new("show", "Show each setting as it holds, and where it was said: command line, environment, file or default.") { Format };
        show.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(Format) == "json") await output.Writer.WriteAsync(Json(configuration().Settings));
            else await TextTable.WriteAsync(output.Writer, Rows(configuration().Settings));
            return 0;
        });
        HelpExamples.AddTo(show, "davyd config show", "davyd config show --format json");

        return new("config", "What holds, and where it was said: the command line before the environment (DAVY_…) before the configuration file.") { check, show };
    }

    static string Counted(int sources) => sources switch { 0 => "it declares no source", 1 => "it declares 1 source", _ => $"it declares {sources} sources" };

    static IReadOnlyList<string> Shown(Setting setting)
    {
        if (setting is not { Name: "--database", Values: [{ } text] }) return setting.Values;
        try
        {
            return [DatabaseOptions.Parse(text, "").Display];
        }
        catch (FormatException)
        {
            return ["a text that cannot be read, and may hold a password"];
        }
    }

    /// <exception cref="OptionException">Something is wrong.</exception>
    static void CheckFiles(ServerOptions options)
    {
        if (options.Oidc is { } oidc) OidcFile.Read(oidc);
        DatabaseConnection.Said(options);
    }

    static IReadOnlyList<string[]> Rows(IReadOnlyList<Setting> settings) =>
        [["SETTING", "VALUE", "SAID BY"], .. settings.Select(setting => new[] { setting.Name[2..], TextSanitizer.Clean(string.Join(", ", Shown(setting))), TextSanitizer.Clean(setting.Origin) })];

    static string Json(IReadOnlyList<Setting> settings)
    {
        JsonArray all = [.. settings.Select(setting => new JsonObject
        {
            ["name"] = setting.Name[2..],
            ["values"] = new JsonArray([.. Shown(setting).Select(value => JsonValue.Create(value))]),
            ["origin"] = setting.Origin,
        })];
        return all.ToJsonString(new JsonSerializerOptions(JsonSerializerOptions.Default) { WriteIndented = true }) + Environment.NewLine;
    }
}
