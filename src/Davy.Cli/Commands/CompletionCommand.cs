using System.CommandLine;
using Davy.Cli.Output;

namespace Davy.Cli.Commands;

/// <summary><c>davy completion SHELL</c>: scripts that ask the program itself (<c>davy "[suggest:POSITION]" "LINE"</c>), so that they never grow old.</summary>
static class CompletionCommand
{
    static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # In ~/.bashrc:  eval "$(davy completion bash)"
            _davy() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(davy "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _davy davy
            """,
        ["zsh"] = """
            # In ~/.zshrc:  eval "$(davy completion zsh)"
            _davy() {
                local -a suggestions
                suggestions=("${(@f)$(davy "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                compadd -- $suggestions
                _files
            }
            compdef _davy davy
            """,
        ["fish"] = """
            # In ~/.config/fish/config.fish:  davy completion fish | source
            function __davy_suggest
                set -l line (commandline -cp)
                davy "[suggest:"(string length -- $line)"]" $line 2>/dev/null
            end
            complete -c davy -a '(__davy_suggest)'
            """,
        ["pwsh"] = """
            # In $PROFILE:  davy completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName davy -ScriptBlock {
                param($word, $line, $position)
                davy "[suggest:$position]" "$line" 2>$null | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where its words go.</param>
    public static Command Create(Terminal terminal)
    {
        Argument<string> shell = new("SHELL") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);

        Command command = new("completion", "Print a script that completes davy's commands and options in a shell.") { shell };
        command.SetAction(parsed => terminal.Out.WriteLine(Scripts[parsed.GetRequiredValue(shell)]));
        HelpExamples.AddTo(command, terminal, "eval \"$(davy completion bash)\"", "davy completion fish | source");
        return command;
    }
}
