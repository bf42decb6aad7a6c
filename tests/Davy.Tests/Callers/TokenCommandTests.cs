using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Davy.Server;
using Davy.Server.Callers;
using Davy.Server.Hosting;
using Davy.Server.Ingest;

namespace Davy.Tests.Callers;

/// <summary><c>davyd tokens</c>, as a person or a script runs it.</summary>
public sealed partial class TokenCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    async Task<(int Code, string Output, string Error)> RunAsync(bool terminal, params string[] arguments)
    {
        using StringWriter output = new(CultureInfo.InvariantCulture), error = new(CultureInfo.InvariantCulture);
        var code = await Program.RunAsync([.. arguments, "--data", _folder.Path], new Hashtable(), error, new(output, terminal));
        return (code, output.ToString(), error.ToString());
    }

    async Task<JsonArray> ListAsync() => JsonNode.Parse((await RunAsync(false, "tokens", "list", "--format", "json")).Output)!.AsArray();

    /// <summary>All bytes of the data folder, as text.</summary>
    string Kept() => string.Concat(Directory.EnumerateFiles(_folder.Path).Select(file => File.ReadAllText(file, System.Text.Encoding.Latin1)));

    [Fact]
    public async Task ATokenIsShownOnceAndKeptAsAHashAlone()
    {
        var (code, output, error) = await RunAsync(true, "tokens", "create", "--role", "triager", "--name", "night shift", "--expires", "12h");

        Assert.Equal(0, code);
        var token = output.TrimEnd();
        Assert.Matches("^davy_[0-9a-f]{64}$", token);
        Assert.DoesNotContain(token, error, StringComparison.Ordinal);

        var listed = Assert.Single(await ListAsync())!;
        Assert.Equal(("triager", "night shift", "good"), ((string?)listed["role"], (string?)listed["name"], (string?)listed["state"]));
        Assert.InRange(((DateTimeOffset)listed["expireTime"]! - (DateTimeOffset)listed["createTime"]!).TotalHours, 11.9, 12.1);
        Assert.Contains((string)listed["id"]!, error, StringComparison.Ordinal);

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Assert.True(TokenText.TryParse(token, out var text));
        Assert.Contains(text.Hash(), Kept(), StringComparison.Ordinal);
        Assert.DoesNotContain(token[5..], Kept(), StringComparison.Ordinal);
        Assert.DoesNotContain(token[5..], text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFileOfTheFirstTokenGoesWithItAndNoOther()
    {
        var file = Path.Combine(_folder.Path, SetupToken.FileName);
        await RunAsync(false, "tokens", "create", "--role", "administrator", "--output", file);
        await RunAsync(false, "tokens", "create", "--role", "viewer", "--output", _folder.File("other"));
        var listed = (await ListAsync()).ToDictionary(token => (string)token!["role"]!, token => (string)token!["id"]!);

        Assert.Equal(0, (await RunAsync(false, "tokens", "revoke", listed["viewer"])).Code);
        Assert.True(File.Exists(file));

        var (code, _, error) = await RunAsync(false, "tokens", "revoke", listed["administrator"]);
        Assert.Equal(0, code);
        Assert.Contains($"its file {file} is removed", error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task WithoutATerminalATokenNeedsAPlaceThatIsSafe()
    {
        var (code, output, error) = await RunAsync(false, "tokens", "create", "--role", "viewer");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("--output", error, StringComparison.Ordinal);
        Assert.Empty(await ListAsync());

        Assert.Matches("^davy_[0-9a-f]{64}\n$", (await RunAsync(false, "tokens", "create", "--role", "viewer", "--print")).Output);

        var file = _folder.File("token");
        (code, output, error) = await RunAsync(false, "tokens", "create", "--role", "viewer", "--expires", "never", "--output", file);
        Assert.Equal((0, ""), (code, output));
        Assert.Matches("^davy_[0-9a-f]{64}\n$", File.ReadAllText(file));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.DoesNotContain("davy_", error, StringComparison.Ordinal);
        Assert.DoesNotContain("expireTime", (await ListAsync())[1]!.AsObject().Select(member => member.Key));

        // What stands there is left alone, and no token is made for it.
        var before = File.ReadAllText(file);
        Assert.Equal(2, (await RunAsync(false, "tokens", "create", "--role", "viewer", "--output", file)).Code);
        Assert.Equal(before, File.ReadAllText(file));
        Assert.Equal(2, (await ListAsync()).Count);
    }

    [Theory]
    [InlineData("'root'", "--role", "root")]
    [InlineData("--role", "--name", "x")]
    [InlineData("--expires must be", "--role", "viewer", "--expires", "90")]
    [InlineData("--expires must be", "--role", "viewer", "--expires", "0d")]
    [InlineData("--expires must be", "--role", "viewer", "--expires", "3651d")]
    [InlineData("--expires must be", "--role", "viewer", "--expires", "99999999d")]
    [InlineData("--expires must be", "--role", "viewer", "--expires", "-1d")]
    [InlineData("--name must be", "--role", "viewer", "--name", "two\nlines")]
    public async Task WhatIsWrongIsToldAndNoTokenIsMade(string said, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(true, ["tokens", "create", .. arguments]);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task TheListIsATableWhoseNamesCannotLie()
    {
        await RunAsync(true, "tokens", "create", "--role", "viewer", "--name", "a\u202Eb");
        await RunAsync(true, "tokens", "create", "--role", "administrator");

        var lines = (await RunAsync(true, "tokens", "list")).Output.TrimEnd().Split('\n');

        Assert.Equal(3, lines.Length);
        Assert.StartsWith("ID", lines[0], StringComparison.Ordinal);
        Assert.Matches(@"^[0-9a-f]{12}  viewer         a\\u\{202E\}b  \d{4}-\d\d-\d\d \d\d:\d\dZ  \d{4}-\d\d-\d\d \d\d:\d\dZ  never      good$", lines[1]);
        Assert.DoesNotContain("davy_", string.Concat(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARevokedTokenIsListedAsSuch()
    {
        var token = (await RunAsync(true, "tokens", "create", "--role", "viewer")).Output.TrimEnd();
        var id = (string)(await ListAsync())[0]!["id"]!;

        Assert.Equal(0, (await RunAsync(true, "tokens", "revoke", id)).Code);
        Assert.Equal("revoked", (string?)(await ListAsync())[0]!["state"]);

        Assert.Contains("revoked before", (await RunAsync(true, "tokens", "revoke", id)).Error, StringComparison.Ordinal);
        Assert.Contains("no token", (await RunAsync(true, "tokens", "revoke", "0000")).Error, StringComparison.Ordinal);
        var (code, _, error) = await RunAsync(true, "tokens", "revoke", token);
        Assert.Equal(2, code);
        Assert.DoesNotContain(token[5..], error, StringComparison.Ordinal);
    }

    [Fact]
    public void NoTwoTokensAreTheSame() => Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(_ => TokenText.New().Reveal()).Distinct().Count());

    [Fact]
    public async Task HelpHasExamplesThatAreUnderstood()
    {
        foreach (var command in new string[][] { [], ["tokens", "create"], ["tokens", "list"], ["tokens", "revoke"], ["config", "check"], ["config", "show"], ["deployments", "list"], ["deployments", "show"] })
        {
            var (code, output, _) = await RunAsync(true, [.. command, "--help"]);
            Assert.Equal(0, code);
            var examples = Example().Matches(output[output.IndexOf("Examples:", StringComparison.Ordinal)..]);
            Assert.NotEmpty(examples);
            foreach (Match example in examples)
            {
                var words = Words().Matches(example.Groups[1].Value).Select(word => word.Value.Trim('\'')).ToArray();
                var root = ServerArguments.Command((_, _) => Task.FromResult(0));
                root.Add(TokenArguments.Commands(new Hashtable(), new(TextWriter.Null, true), TextWriter.Null, TimeProvider.System));
                root.Add(DeploymentArguments.Commands(new Hashtable(), new(TextWriter.Null, true), TimeProvider.System));
                root.Add(ConfigArguments.Commands(() => throw new InvalidOperationException(), new(TextWriter.Null, true), TextWriter.Null));
                Assert.Empty(root.Parse(words).Errors);
            }
        }
    }

    [GeneratedRegex("^  davyd(?: (.*))?$", RegexOptions.Multiline)]
    private static partial Regex Example();

    [GeneratedRegex("'[^']*'|[^ ]+")]
    private static partial Regex Words();
}
