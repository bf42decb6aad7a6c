using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Davy.Findings;
using Davy.Reports;
using Davy.Server.Hosting;

namespace Davy.Server.Callers;

/// <summary>What <c>davyd tokens</c> does.</summary>
/// <param name="tokens">The tokens.</param>
/// <param name="output">Where answers go.</param>
/// <param name="error">Where all else goes.</param>
/// <param name="clock">The clock.</param>
sealed class TokenCommands(AccessTokenStore tokens, StandardOutput output, TextWriter error, TimeProvider clock)
{
    /// <summary>A new id, which tells nothing of the token.</summary>
    public static string NewId() => RandomNumberGenerator.GetHexString(12, lowercase: true);

    /// <summary>Makes a token.</summary>
    /// <param name="token">What is known of it.</param>
    /// <param name="file">The new file for its text; null for standard output.</param>
    /// <param name="print">Whether its text may go to a standard output that is no terminal.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="OptionException">There is no good place for its text; then there is no token either.</exception>
    public async Task<int> CreateAsync(AccessToken token, string? file, bool print, CancellationToken cancel)
    {
        if (file is null && !print && !output.IsTerminal)
        {
            throw new OptionException("Standard output is no terminal, and a token that is written to a log or an open file is everybody's: give --output FILE (a new file, mode 0600), or --print if the script that reads it keeps it safe.");
        }

        // The file first: a token whose text got lost would be in the list for nothing.
        var text = TokenText.New();
        if (file is not null) Write(file, text);
        await tokens.AddAsync(token, text.Hash(), cancel);
        if (file is null) await output.Writer.WriteLineAsync(text.Reveal());

        var end = token.ExpiresAt is { } at ? $"ends at {at:u}" : "never ends";
        await error.WriteLineAsync($"davyd: made the token {token.Id}, {token.Role}; it {end}. {(file is null ? "It is shown this once." : $"It is in {TextSanitizer.Clean(file)}.")}");
        return 0;
    }

    /// <summary>Lists the tokens, without their text.</summary>
    /// <param name="json">Whether as JSON, an array; else a table.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> ListAsync(bool json, CancellationToken cancel)
    {
        var all = await tokens.ListAsync(cancel);
        if (json)
        {
            await output.Writer.WriteLineAsync(JsonSerializer.Serialize([.. all.Select(token => new TokenLine(token, StateOf(token)))], TokenJson.Default.TokenLineArray));
            return 0;
        }

        List<string[]> rows = [["ID", "ROLE", "NAME", "CREATED", "EXPIRES", "LAST USED", "STATE"]];
        rows.AddRange(all.Select(token => new[]
        {
            TextSanitizer.Clean(token.Id), TextSanitizer.Clean(token.Role), TextSanitizer.Clean(token.Description), Shown(token.CreatedAt), Shown(token.ExpiresAt), Shown(token.LastUsedAt), StateOf(token),
        }));
        await TextTable.WriteAsync(output.Writer, rows);
        return 0;
    }

    /// <summary>Revokes a token.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="folder">The data folder, in which the first token's file may lie.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="OptionException">There is none.</exception>
    public async Task<int> RevokeAsync(string id, string folder, CancellationToken cancel)
    {
        var shown = TextSanitizer.Clean(id);
        if (TokenText.TryParse(id, out _)) throw new OptionException("That is a token, not its id; 'davyd tokens list' shows the ids. Whatever keeps your command lines has it now: revoke it.");
        if (await tokens.RevokeAsync(id, cancel))
        {
            await error.WriteLineAsync($"davyd: the token {shown} is revoked.");
            if (await SetupToken.ForgetAsync(folder, id, tokens, cancel) is { } told) await error.WriteLineAsync($"davyd: {TextSanitizer.Clean(told)}");
            return 0;
        }

        throw new OptionException((await tokens.ListAsync(cancel)).Any(token => token.Id == id)
            ? $"The token {shown} was revoked before."
            : $"There is no token {shown}; 'davyd tokens list' shows them.");
    }

    static void Write(string file, TokenText text)
    {
        try
        {
            PrivateFile.Write(file, text.Reveal() + "\n");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"--output: {TextSanitizer.Clean(fault.Message)} No token was made.");
        }
    }

    string StateOf(AccessToken token) => token.RevokedAt is not null ? "revoked" : token.HasExpired(clock.GetUtcNow()) ? "expired" : "good";

    static string Shown(DateTimeOffset? moment) => moment is { } at ? at.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) : "never";
}

/// <summary>A token in the list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Role">Its role.</param>
/// <param name="Name">What it is for.</param>
/// <param name="CreateTime">When it was made.</param>
/// <param name="ExpireTime">When it ends; left out where it never does.</param>
/// <param name="LastUseTime">When it was used last, to the minute; left out where it never was.</param>
/// <param name="RevokeTime">When it was revoked; left out where it was not.</param>
/// <param name="State"><c>good</c>, <c>expired</c> or <c>revoked</c>.</param>
sealed record TokenLine(string Id, string Role, string Name, DateTimeOffset CreateTime, DateTimeOffset? ExpireTime, DateTimeOffset? LastUseTime, DateTimeOffset? RevokeTime, string State)
{
    /// <summary>The line of a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="state">Its state.</param>
    public TokenLine(AccessToken token, string state) : this(token.Id, token.Role, token.Description, token.CreatedAt, token.ExpiresAt, token.LastUsedAt, token.RevokedAt, state)
    {
    }
}

/// <summary>How it is written.</summary>
[JsonSerializable(typeof(TokenLine[]))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class TokenJson : JsonSerializerContext;
