using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Davy.Findings;
using Davy.Server;
using Davy.Server.Api;
using Davy.Server.Hosting;
using Davy.Server.Ingest;
using Davy.Storage;
using Davy.Tests.Watching;

namespace Davy.Tests.Ingest;

/// <summary><c>davyd dead-letters</c>, as a person or a script runs it.</summary>
public sealed partial class DeadLetterCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(CultureInfo.InvariantCulture), error = new(CultureInfo.InvariantCulture);
        var code = await Program.RunAsync(["dead-letters", .. arguments, "--data", _folder.Path], new Hashtable(), error, new(output, true));
        return (code, output.ToString(), error.ToString());
    }

    async Task<JsonArray> ListAsync() => JsonNode.Parse((await RunAsync("list", "--format", "json")).Output)!.AsArray();

    async Task<T> WithDatabaseAsync<T>(Func<Database, Task<T>> run)
    {
        await using var database = await DatabaseStart.OpenAsync(new() { StateDirectory = _folder.Path }, TimeProvider.System, Cancel);
        return await run(database);
    }

    Task<bool> KeepAsync(params string[] contents) => WithDatabaseAsync(async database =>
    {
        await SomeLetters.AddAsync(database, TimeProvider.System, contents);
        return true;
    });

    Task<List<string>> FindingsAsync() => WithDatabaseAsync(database => database.ReadAsync(async connection =>
    {
        await using var ask = connection.Command("SELECT CAST(document AS text) FROM findings");
        return await ask.ToListAsync(row => row.Text(0), Cancel);
    }, Cancel));

    [Fact]
    public async Task TheyAreListedWithoutTheirBytes()
    {
        Assert.Equal((0, "[]"), ((await RunAsync("list", "--format", "json")).Code, (await ListAsync()).ToJsonString()));
        await KeepAsync("""{"secret": "hunter2"}""", "second");

        var letters = await ListAsync();
        Assert.Equal([2L, 1L], letters.Select(letter => (long)letter!["id"]!));
        Assert.Equal(("pubsub/logs", "examining", "pubsub/logs/0:1:0", 21L, true), ((string)letters[1]!["source"]!, (string)letters[1]!["reason"]!, (string)letters[1]!["place"]!, (long)letters[1]!["size"]!, (bool)letters[1]!["hasContent"]!));
        var lines = (await RunAsync("list")).Output.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Matches(@"^1   \d{4}-\d\d-\d\d \d\d:\d\dZ  pubsub/logs  examining  21     0      pubsub/logs/0:1:0  FormatException at Davy.Some.Method.$", lines[2]);
        Assert.DoesNotContain("hunter2", string.Concat(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReplayJudgesByTheListsOfTheServer()
    {
        var list = Path.Combine(_folder.Path, "ours.txt");
        await File.WriteAllTextAsync(list, "registry.example.com/team/app\n", Cancel);
        var file = Path.Combine(_folder.Path, "davyd.json");
        await File.WriteAllTextAsync(file, $$"""{"organization": "123", "indicators": ["{{list}}"]}""", Cancel);
        await KeepAsync(SomeEntries.SystemEvent("acme-prod", "web", "registry.example.com/team/app").ToJsonString());

        Assert.Equal(0, (await RunAsync("replay", "--all", "--config", file)).Code);
        Assert.Contains("registry.example.com/team/app", Assert.Single(await FindingsAsync()), StringComparison.Ordinal);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task BytesAreShownMadeSafeOrWrittenAsTheyAreAndBothAreNoted()
    {
        const string Content = "{\"a\": \"\u001b[2J\u202E\"}\nline";
        await KeepAsync(Content);
        var (code, output, error) = await RunAsync("show", "1");
        Assert.Equal(0, code);
        Assert.EndsWith("\n{\"a\": \"\\u{1B}[2J\\u{202E}\"}\nline\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain(output, letter => char.IsControl(letter) && letter != '\n');
        Assert.Contains("secrets", error, StringComparison.Ordinal);

        var file = _folder.File("entry.json");
        (code, output, _) = await RunAsync("show", "1", "--output", file);
        Assert.Equal((0, Content), (code, await File.ReadAllTextAsync(file, Cancel)));
        Assert.DoesNotContain("line", output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(2, (await RunAsync("show", "1", "--output", file)).Code);

        var hash = (string)(await ListAsync())[0]!["sha256"]!;
        Assert.Equal(3, (await WithDatabaseAsync(database => new DeadLetterStore(database, TimeProvider.System, new()).ShowingsAsync(hash, Cancel))).Count);
        Assert.Equal(2, (await RunAsync("show", "99")).Code);
    }

    [Fact]
    public async Task AReplayGivesTheFindingAndRemovesTheLetter()
    {
        await KeepAsync(SomeLetters.Miner("web1"), SomeLetters.Miner("web2"), "{}", "no entry");

        var (code, output, _) = await RunAsync("replay", "1", "--organization", "123");
        Assert.Equal(0, code);
        Assert.Matches("^1  kept  projects/acme-prod/sources/1815/locations/global/findings/", output);
        Assert.Single(await FindingsAsync());
        Assert.Equal(2, (await RunAsync("replay", "1")).Code);

        (code, output, var error) = await RunAsync("replay", "--all");
        Assert.Equal(0, code);
        Assert.Contains("3  kept  no finding", output, StringComparison.Ordinal);
        Assert.Contains("3 kept and removed, 0 stay", error, StringComparison.Ordinal);
        Assert.Equal(2, (await FindingsAsync()).Count);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task WhatFailsAgainOrIsDamagedStaysAndTheExitCodeTellsIt()
    {
        await KeepAsync(SomeLetters.Miner("web1"), SomeLetters.Miner("web2"));
        await WithDatabaseAsync(database => database.WriteAsync(transaction => transaction.ExecuteAsync(
            "CREATE TRIGGER refusal BEFORE INSERT ON findings WHEN CAST(NEW.document AS text) LIKE '%web1%' BEGIN SELECT RAISE(ABORT, 'refused'); END", Cancel), Cancel));

        var (code, output, error) = await RunAsync("replay", "1", "2");
        Assert.Equal(1, code);
        Assert.Contains("1  stays  SqliteException", output, StringComparison.Ordinal);
        Assert.Contains("1 kept and removed, 1 stay", error, StringComparison.Ordinal);
        var letter = Assert.Single(await ListAsync())!;
        Assert.Equal((1L, "keeping"), ((long)letter["attempts"]!, (string)letter["reason"]!));

        await WithDatabaseAsync(database => database.WriteAsync(transaction => transaction.ExecuteAsync("UPDATE dead_letters SET content = x'00'", Cancel), Cancel));
        (code, output, _) = await RunAsync("replay", "1");
        Assert.Equal(1, code);
        Assert.Contains("checksum", output, StringComparison.Ordinal);
        (code, output, error) = await RunAsync("show", "1");
        Assert.Equal(1, code);
        Assert.Contains("damaged", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingIsThrownAwayBeforeItsNumberIsConfirmed()
    {
        Assert.Equal(0, (await RunAsync("purge", "--all")).Code);
        await KeepAsync("one", "two", "three");
        foreach (var arguments in (string[][])[["purge", "--all"], ["purge", "--all", "--confirm", "2"], ["purge", "1", "2", "--confirm", "3"], ["purge"], ["purge", "1", "--all", "--confirm", "3"], ["purge", "99", "--confirm", "1"], ["replay"]])
        {
            Assert.Equal(2, (await RunAsync(arguments)).Code);
        }

        Assert.Equal(3, (await ListAsync()).Count);
        Assert.Contains("Say --confirm 3", (await RunAsync("purge", "--all")).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("purge", "1", "2", "--confirm", "2")).Code);
        Assert.Equal(3L, (long)Assert.Single(await ListAsync())!["id"]!);
    }

    [Fact]
    public async Task TheFilesOfTheDatabaseAreForTheirOwnerAlone()
    {
        await using var database = await DatabaseStart.OpenAsync(new() { StateDirectory = _folder.Path }, TimeProvider.System, Cancel);
        await SomeLetters.AddAsync(database, TimeProvider.System, "one");

        var files = Directory.GetFiles(_folder.Path, "davy.db*");
        Assert.Contains(_folder.File("davy.db"), files);
        foreach (var file in files)
        {
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task HelpHasExamplesThatAreUnderstood()
    {
        foreach (var command in (string[])["list", "show", "replay", "purge"])
        {
            var (code, output, _) = await RunAsync(command, "--help");
            Assert.Equal(0, code);
            var examples = Example().Matches(output[output.IndexOf("Examples:", StringComparison.Ordinal)..]);
            Assert.NotEmpty(examples);
            foreach (Match example in examples)
            {
                var root = ServerArguments.Command((_, _) => Task.FromResult(0));
                root.Add(DeadLetterArguments.Commands(new Hashtable(), new(TextWriter.Null, true), TextWriter.Null, TimeProvider.System, () => throw new InvalidOperationException(), Filters.Read));
                Assert.Empty(root.Parse(example.Groups[1].Value.Split(' ')).Errors);
            }
        }
    }

    [GeneratedRegex("^  davyd (.*)$", RegexOptions.Multiline)]
    private static partial Regex Example();
}
