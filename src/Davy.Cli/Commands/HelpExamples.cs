using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
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
        // The ready-made option answers to /? and /h too, which are paths here.
        if (command.Options.OfType<HelpOption>().FirstOrDefault() is { } made) command.Options.Remove(made);
        // Each command has its own, so that none is inherited: completions would offer it twice.
        var help = new HelpOption("--help", "-h", "-?") { Recursive = false };
        command.Options.Add(help);
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
            // The library calls the program by the name of its file, which is another one until it is published.
            var configuration = parseResult.InvocationConfiguration;
            var output = configuration.Output;
            using StringWriter text = new(CultureInfo.InvariantCulture);
            configuration.Output = text;
            help.Invoke(parseResult);
            configuration.Output = output;
            output.Write(text.ToString().Replace($"  {RootCommand.ExecutableName} ", "  davy ", StringComparison.Ordinal));
            terminal.Out.WriteLine("Examples:");
            foreach (var example in examples) terminal.Out.WriteLine($"  {example}");
            return ExitCode.Clean;
        }
    }
}
