using System.CommandLine;
using Davy.Cli.Client;
using Davy.Cli.Output;

namespace Davy.Cli.Commands;

/// <summary><c>davy findings …</c>: the findings that a server keeps, in gcloud's nouns and verbs.</summary>
static class FindingsCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where its words go.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="settings">What the environment says of servers.</param>
    public static Command Create(Terminal terminal, TimeProvider clock, ServerSettings settings)
    {
        Command command = new("findings", "Look at the findings that davyd keeps, and judge them. The server is named by --server or DAVY_SERVER, who asks by DAVY_TOKEN or --token-file.")
        {
            FindingsList.List(terminal, clock, settings),
            FindingsList.Describe(terminal, clock, settings),
            FindingsList.Group(terminal, clock, settings),
            FindingsAnswer.Create(terminal, clock, settings),
            FindingsUpdate.Create(terminal, clock, settings),
            FindingsMute.SetMute(terminal, clock, settings),
            FindingsMute.BulkMute(terminal, clock, settings),
            FindingsMarks.Update(terminal, clock, settings),
            FindingsMarks.List(terminal, clock, settings),
        };
        HelpExamples.AddTo(command, terminal, "export DAVY_SERVER=http://127.0.0.1:8080", "davy findings list projects/acme-prod", "davy findings answer FINDING --intended --owner red-team@example.com --reason 'An exercise.'");
        return command;
    }
}
