using System.Collections;
using System.CommandLine;
using System.Globalization;
using Davy.Storage;

namespace Davy.Server.Hosting;

/// <summary>What the commands that list something of the database have in common.</summary>
static class ListCommand
{
    const int PageSize = 500;
    const int Most = 100_000;

    /// <summary><c>--format table|json</c>.</summary>
    public static Option<string> Format()
    {
        Option<string> format = new("--format") { Description = "How it is written.", HelpName = "FORMAT", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "json");
        return format;
    }

    /// <summary><c>--limit</c>.</summary>
    /// <param name="order">What comes first.</param>
    public static Option<int> Limit(string order) => new("--limit") { Description = $"How many at most, {order}.", HelpName = "COUNT", DefaultValueFactory = _ => 1_000 };

    /// <summary>Runs a command on the database that the command line names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="environment">The process's environment.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="run">The command.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<int> WithAsync(ParseResult parsed, IDictionary environment, TimeProvider clock, Func<Database, Task<int>> run, CancellationToken cancel)
    {
        await using var database = await DatabaseStart.OpenAsync(ServerArguments.Place(parsed, environment), clock, cancel);
        return await run(database);
    }

    /// <summary>Reads page after page.</summary>
    /// <typeparam name="T">What is listed.</typeparam>
    /// <param name="limit">How many at most.</param>
    /// <param name="list">Lists so many below a key.</param>
    /// <param name="key">The key of one.</param>
    /// <exception cref="OptionException">The limit is none.</exception>
    public static async Task<List<T>> ReadAsync<T>(int limit, Func<long?, int, Task<List<T>>> list, Func<T, long> key)
    {
        if (limit is < 1 or > Most) throw new OptionException(string.Create(CultureInfo.InvariantCulture, $"--limit is {limit}; it must be 1 to {Most:N0}."));
        List<T> all = [];
        while (all.Count < limit && await list(all.Count == 0 ? null : key(all[^1]), Math.Min(PageSize, limit - all.Count)) is { Count: > 0 } page) all.AddRange(page);
        return all;
    }
}
