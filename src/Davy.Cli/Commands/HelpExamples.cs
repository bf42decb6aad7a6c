using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Davy.Cli.Output;

namespace Davy.Cli.Commands;

/// <summary>Examples below the help of a command.</summary>
static class HelpExamples
{
    /// <summary>Gives a command a help with examples.</summary>
    /// <param name="command">The command.</param>
    /// <param name="terminal">Where help goes.</param>
    /// <param name="examples">Command lines that work.</param>
    public static void AddTo(Command command, Terminal terminal, params string[] examples)
    {
        if (command.Options.OfType<HelpOption>().FirstOrDefault() is not { } help)
        {
            help = new();
            command.Options.Add(help);
        }

        help.Action = new WithExamples((HelpAction)help.Action!, terminal, examples);
    }

    /// <summary>A command's whole name: <c>davy indicators lint</c>.</summary>
    /// <param name="command">The command.</param>
    /// <returns>The name.</returns>
    public static string NameOf(Command command)
    {
        var parent = command.Parents.OfType<Command>().FirstOrDefault();
        return parent is null ? "davy" : $"{NameOf(parent)} {command.Name}";
    }

    sealed class WithExamples(HelpAction help, Terminal terminal, string[] examples) : SynchronousCommandLineAction
    {
        /// <summary>Help is for those who do not know yet what is missing.</summary>
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            // The help calls the program by the file that runs, which under `dotnet run` is the assembly's.
            using StringWriter text = new();
            var configuration = parseResult.InvocationConfiguration;
            (var output, configuration.Output) = (configuration.Output, text);
            help.Invoke(parseResult);
            configuration.Output = output;

            terminal.Out.Write(text.ToString().Replace($"  {RootCommand.ExecutableName} ", "  davy ", StringComparison.Ordinal));
            terminal.Out.WriteLine("Examples:");
            foreach (var example in examples) terminal.Out.WriteLine($"  {example}");
            return ExitCode.Clean;
        }
    }
}
