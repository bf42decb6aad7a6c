using System.CommandLine;
using System.Reflection;
using Davy.Cli.Output;

namespace Davy.Cli.Commands;

/// <summary><c>davy version</c></summary>
static class VersionCommand
{
    /// <summary>The program's version.</summary>
    public static string Version { get; } = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where its words go.</param>
    public static Command Create(Terminal terminal)
    {
        Command command = new("version", "Tell the version of the program.");
        command.SetAction(_ => terminal.Out.WriteLine($"davy {Version}"));
        HelpExamples.AddTo(command, terminal, "davy version");
        return command;
    }
}
