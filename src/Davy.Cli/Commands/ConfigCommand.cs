using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Cli.Client;
using Davy.Cli.Output;
using Davy.Images;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary><c>davy config show</c>: what holds for commands that ask a server, and where it was said.</summary>
static class ConfigCommand
{
    static readonly string[] Columns = ["setting", "value", "origin"];

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where its words go.</param>
    /// <param name="settings">What the environment says.</param>
    public static Command Create(Terminal terminal, ServerSettings settings)
    {
        Command show = new("show", "Show each setting as it holds, and where it was said: environment, davy.json of the working folder, your own, or default. No secrets.") { FindingsOptions.Format, FindingsOptions.Fields };
        show.SetAction(parsed => Show(parsed, terminal, settings));
        HelpExamples.AddTo(show, terminal, "davy config show", "davy config show --format json");

        Command command = new("config", "What holds for commands that ask a davyd: the command line before the environment (DAVY_…) before davy.json of the working folder before that of your own.") { show };
        HelpExamples.AddTo(command, terminal, "davy config show");
        return command;
    }

    static int Show(ParseResult parsed, Terminal terminal, ServerSettings environment)
    {
        ServerSettings settings;
        try
        {
            settings = environment.WithFiles();
        }
        catch (UnreadableFileException fault)
        {
            throw new UsageException(TextSanitizer.Clean(fault.Message, 1_000));
        }

        var format = ResultFormat.Parse(parsed.GetValue(FindingsOptions.Format)!, parsed.GetValue(FindingsOptions.Fields)) ?? throw new UsageException("--fields is for table, csv and value.");
        using var output = terminal.OpenOut();
        using ResultWriting writing = new(format, Columns, output);
        writing.Write([
            Row("server", settings.Address, ""),
            Row("token", settings.Token == "" ? "" : "(not shown)", ""),
            Row("tokenFile", settings.TokenFile, ""),
            Row("caFile", settings.AuthorityFile, ""),
            Row("allowClearText", settings.AllowClearText ? "true" : "", "false"),
            Row("parent", settings.Parent, ""),
            Row("format", settings.Format, ResultFormat.Names[0]),
            Row("pageSize", settings.PageSize?.ToString(CultureInfo.InvariantCulture) ?? "", "100"),
        ]);
        writing.End();
        return ExitCode.Clean;

        JsonElement Row(string name, string value, string otherwise)
        {
            var origin = settings.OriginOf(name);
            JsonObject row = new() { ["setting"] = name, ["value"] = origin == "" ? otherwise : value, ["origin"] = origin == "" ? "default" : origin };
            using var document = JsonDocument.Parse(row.ToJsonString());
            return document.RootElement.Clone();
        }
    }
}
