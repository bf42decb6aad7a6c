using System.Collections;
using System.CommandLine;
using Davy.Findings;
using Davy.Server.Hosting;

namespace Davy.Server.Callers;

/// <summary><c>davyd tokens create|list|revoke</c>, as the command line has them; <see cref="TokenCommands"/> does the work.</summary>
static class TokenArguments
{
    const int LongestName = 64;

    static readonly Option<string> Role = new("--role")
    {
        Description = "What its bearer may do: viewer (read), triager (and judge findings), responder (and record responses), ingester (bring findings in, nothing else), administrator (everything).",
        HelpName = "ROLE",
        Required = true,
    };

    static readonly Option<string> Name = new("--name")
    {
        Description = $"What it is for, in up to {LongestName} characters; shown in the list.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };

    static readonly Option<string> Expires = new("--expires") { Description = $"For how long it is good: {Lifetime.Forms}.", HelpName = "TIME", DefaultValueFactory = _ => "90d" };

    static readonly Option<string?> Output = new("--output") { Description = "Write the token to a new file, mode 0600, and not to standard output.", HelpName = "FILE" };

    static readonly Option<bool> Print = new("--print") { Description = "Print the token although standard output is no terminal: for a script that takes it up itself." };

    static readonly Option<string> Format = new("--format") { Description = "How the list is written.", HelpName = "FORMAT", DefaultValueFactory = _ => "table" };

    static readonly Argument<string> Id = new("ID") { Description = "The token's id, as the list shows it." };

    static TokenArguments()
    {
        Role.AcceptOnlyFromAmong([.. Roles.All]);
        Format.AcceptOnlyFromAmong("table", "json");
    }

    /// <summary>The commands.</summary>
    /// <param name="environment">The process's environment.</param>
    /// <param name="output">Where answers go.</param>
    /// <param name="error">Where all else goes.</param>
    /// <param name="clock">The clock.</param>
    public static Command Commands(IDictionary environment, StandardOutput output, TextWriter error, TimeProvider clock)
    {
        Command create = new("create", "Make an access token. It is shown once, and kept as a hash alone.") { Role, Name, Expires, Output, Print };
        create.SetAction((parsed, cancel) => WithTokensAsync(parsed, (tokens, stop) => tokens.CreateAsync(Wanted(parsed, clock), parsed.GetValue(Output), parsed.GetValue(Print), stop), cancel));
        HelpExamples.AddTo(create,
            "davyd tokens create --role viewer --name 'dashboard' --expires 30d",
            "davyd tokens create --role ingester --name 'nightly scan' --output /etc/davy/ingest-token");

        Command list = new("list", "List the access tokens: id, role, name, when made, when they end, last use. Never their text.") { Format };
        list.SetAction((parsed, cancel) => WithTokensAsync(parsed, (tokens, stop) => tokens.ListAsync(parsed.GetValue(Format) == "json", stop), cancel));
        HelpExamples.AddTo(list, "davyd tokens list", "davyd tokens list --format json");

        Command revoke = new("revoke", "End an access token at once.") { Id };
        revoke.SetAction((parsed, cancel) => WithTokensAsync(parsed, (tokens, stop) => tokens.RevokeAsync(parsed.GetValue(Id)!, ServerArguments.Place(parsed, environment).StateDirectory, stop), cancel));
        HelpExamples.AddTo(revoke, "davyd tokens revoke 0f3c5a71b2d4");

        return new("tokens", "The access tokens of this server. They are kept in its database, which these commands open themselves.") { create, list, revoke };

        async Task<int> WithTokensAsync(ParseResult parsed, Func<TokenCommands, CancellationToken, Task<int>> run, CancellationToken cancel)
        {
            await using var database = await DatabaseStart.OpenAsync(ServerArguments.Place(parsed, environment), clock, cancel);
            return await run(new(new(database, clock), output, error, clock), cancel);
        }
    }

    /// <exception cref="OptionException">An option is wrong.</exception>
    static AccessToken Wanted(ParseResult parsed, TimeProvider clock)
    {
        var name = parsed.GetValue(Name)!;
        if (name.Length > LongestName || name.Any(char.IsControl)) throw new OptionException($"--name must be one line of up to {LongestName} characters.");
        if (!Lifetime.TryParse(parsed.GetValue(Expires)!, out var lifetime)) throw new OptionException($"--expires must be {Lifetime.Forms}.");
        return new() { Id = TokenCommands.NewId(), Role = parsed.GetValue(Role)!, Description = name, ExpiresAt = clock.GetUtcNow() + lifetime };
    }
}
