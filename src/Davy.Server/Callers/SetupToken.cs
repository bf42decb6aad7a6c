using Davy.Findings;
using Davy.Server.Hosting;

namespace Davy.Server.Callers;

/// <summary>The first token: where a database knows none, an administrator's is written into the data folder, for whoever set the program up.</summary>
/// <param name="tokens">The tokens.</param>
/// <param name="options">The data folder.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log; it is told where the token is, never the token.</param>
sealed partial class SetupToken(AccessTokenStore tokens, ServerOptions options, TimeProvider clock, ILogger<SetupToken> log)
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "setup-token";

    // One id: of two servers that start at once over one database, one keeps its token.
    const string Id = "setup";
    const int LongestFile = 1_024;
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>Writes it, if no token was ever made.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="OptionException">The file cannot be written.</exception>
    public async Task WriteAsync(CancellationToken cancel)
    {
        if ((await tokens.ListAsync(cancel)).Count > 0) return;

        var path = Path.Combine(options.StateDirectory, FileName);

        // Under a name of its own until the token is kept: several servers may start over one folder, and each must touch its own file alone.
        var own = $"{path}.{TokenCommands.NewId()}";
        var text = TokenText.New();
        var end = clock.GetUtcNow() + Lifetime;
        try
        {
            StateDirectory.Make(options.StateDirectory);
            PrivateFile.Write(own, text.Reveal() + "\n");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"The first token cannot be written to {path}: {fault.Message} Make one with 'davyd tokens create --role administrator', or give another folder with --data.");
        }

        try
        {
            await tokens.AddAsync(new() { Id = Id, Role = Roles.Administrator, Description = "made at the first start", ExpiresAt = end }, text.Hash(), cancel);
        }
        catch (RefusedException)
        {
            // Another server was first, and its token is the one.
            File.Delete(own);
            return;
        }
        catch
        {
            File.Delete(own);
            throw;
        }

        Written(Placed(own, path), end);
    }

    /// <summary>Where the file ends up. What lies at its place is of another database, or of a start that was cut short: this one had no token at all.</summary>
    static string Placed(string own, string path)
    {
        try
        {
            File.Move(own, path, overwrite: true);
            return path;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A folder of that name, say: the token is good all the same, and the log tells where it is.
            return own;
        }
    }

    /// <summary>Removes the file of the first token, where that is the one that was revoked. A file with another token, or with anything else, stays.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="id">The id of the token that was revoked.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What is to be told; null where there is no such file.</returns>
    public static async Task<string?> ForgetAsync(string folder, string id, AccessTokenStore tokens, CancellationToken cancel)
    {
        FileInfo file = new(Path.Combine(folder, FileName));
        try
        {
            if (!file.Exists || file.LinkTarget is not null || file.Length > LongestFile) return null;
            if (!TokenText.TryParse((await File.ReadAllTextAsync(file.FullName, cancel)).TrimEnd(), out var text) || (await tokens.FindAsync(text.Hash(), cancel))?.Id != id) return null;
            file.Delete();
            return $"its file {file.FullName} is removed.";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"its file {file.FullName} is still there, and is of no use any more: {fault.Message}";
        }
    }

    [LoggerMessage(1201, LogLevel.Warning, "There was no access token yet: an administrator's is in {Path}, and ends at {End:u}. Make others with 'davyd tokens create', then revoke it with 'davyd tokens revoke setup'.")]
    partial void Written(string path, DateTimeOffset end);
}
