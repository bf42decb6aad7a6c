using System.CommandLine;
using Davy.Cli.Client;
using Davy.Reports;

namespace Davy.Cli.Commands;

/// <summary>The options by which a command finds a <c>davyd</c> and says who asks.</summary>
static class ConnectionOptions
{
    public static readonly Option<string?> Server = new("--server")
    {
        Description = "The davyd that keeps the findings: https://davy.example.com. Without it: DAVY_SERVER, or \"server\" of davy.json.",
        HelpName = "URL",
    };

    public static readonly Option<string?> TokenFile = new("--token-file")
    {
        Description = "The file that holds the bearer token. Without it: DAVY_TOKEN, or \"tokenFile\" of davy.json.",
        HelpName = "FILE",
    };

    public static readonly Option<string?> AuthorityFile = new("--ca-file")
    {
        Description = "Certificates, in PEM, of the authorities that may have signed the server's. Without it: those that this machine trusts.",
        HelpName = "FILE",
    };

    public static readonly Option<bool> AllowClearText = new("--allow-clear-text")
    {
        Description = "Send the token to another machine over http:// too, where everybody on the way can read it.",
    };

    /// <summary>Those beside the address, which <c>davy scan</c> calls <c>--to</c>.</summary>
    public static IEnumerable<Option> Secrets => [TokenFile, AuthorityFile, AllowClearText];

    /// <summary>Connects, without sending anything yet.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="settings">What the environment says.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="UsageException">No server is named.</exception>
    /// <exception cref="ServerException">Something that was said cannot be used.</exception>
    public static ServerClient Connect(ParseResult parsed, ServerSettings settings, TimeProvider clock)
    {
        if (parsed.GetValue(Server) is { } said) return Connect(said, isTrusted: true, parsed, settings, clock);
        return settings.Address != "" ? Connect(settings.Address, settings.IsAddressTrusted, parsed, settings, clock) : throw new UsageException("no server is named: say --server URL, or set DAVY_SERVER.");
    }

    /// <summary>Connects, without sending anything yet.</summary>
    /// <param name="address">The server's address.</param>
    /// <param name="isTrusted">Whether the person who runs the program named it, so that a token may go there.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="settings">What the environment says.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="ServerException">Something that was said cannot be used.</exception>
    public static ServerClient Connect(string address, bool isTrusted, ParseResult parsed, ServerSettings settings, TimeProvider clock)
    {
        var authorities = (parsed.GetValue(AuthorityFile) ?? settings.AuthorityFile) is { Length: > 0 } file ? ServerClient.Authorities(file) : null;
        var token = ServerToken.Read(parsed.GetValue(TokenFile), settings);
        if (token is not null && !isTrusted)
        {
            throw new ServerException($"{settings.OriginOf("server")} names the server, and a token goes only to a server that you name yourself: say --server, set DAVY_SERVER, or write it into the file of your own, {TextSanitizer.Clean(settings.OwnFile)}.");
        }

        return new(ServerAddress.Parse(address), token, authorities, parsed.GetValue(AllowClearText) || settings.AllowClearText, clock);
    }
}
