using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Davy.Server.Hosting;

/// <summary>Examples below the help of a command.</summary>
static class HelpExamples
{
    /// <summary>Gives a command a help with examples.</summary>
    /// <param name="command">The command.</param>
    /// <param name="examples">Command lines that work.</param>
    public static void AddTo(Command command, params string[] examples)
    {
        if (command.Options.OfType<HelpOption>().FirstOrDefault() is { } made) command.Options.Remove(made);
        HelpOption help = new();
        help.Action = new WithExamples((HelpAction)help.Action!, examples);
        command.Options.Add(help);
    }

    sealed class WithExamples(HelpAction help, string[] examples) : SynchronousCommandLineAction
    {
        /// <summary>Help is for those who do not know yet what is missing.</summary>
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            help.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples) output.WriteLine($"  {example}");
            return 0;
        }
    }
}
