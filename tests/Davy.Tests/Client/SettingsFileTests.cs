using System.Text.Json.Nodes;
using Davy.Cli.Client;
using Davy.Cli.Commands;
using Davy.Tests.Api;

namespace Davy.Tests.Client;

/// <summary>davy.json: the file of the working folder, and the person's own.</summary>
public sealed class SettingsFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Folder => _folder.File("davy.json");

    string Own => _folder.File("own.json");

    ServerSettings Settings => new() { FolderFile = Folder, OwnFile = Own };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ServerTokenParentAndFormatComeFromTheOwnFile()
    {
        await using var server = await RunningServer.StartAsync(insecure: false);
        await File.WriteAllTextAsync(_folder.File("token"), (await server.TokenAsync("viewer")).Text + "\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Own, $$"""
            {
              // The token stands beside.
              "server": "{{server.Http}}", "tokenFile": "token",
              "parent": "organizations/77", "format": "json", "pageSize": 7,
            }
            """, TestContext.Current.CancellationToken);

        Assert.Equal((ExitCode.Clean, "[]\n", ""), Run(Settings, "findings", "list"));
        Assert.Equal((ExitCode.Clean, "[]\n", ""), Run(Settings, "deployments", "list"));

        // The command line comes first, then the environment.
        Assert.Equal("", Run(Settings, "findings", "list", "--format", "yaml").Out);
        Assert.Contains("is no organizations/NUMBER", Run(Settings with { Parent = "galaxies/1" }, "findings", "list").Error, StringComparison.Ordinal);
        Assert.Contains("does not take this token", Run(Settings with { Token = ClientRun.Token }, "findings", "list").Error, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", Run(Settings with { Address = "http://127.0.0.1:1" }, "findings", "list").Error, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", Run(Settings, "findings", "list", "--server", "http://127.0.0.1:1").Error, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Run(Settings, "findings", "list", "--token-file", _folder.File("other")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileOfAnyFolderComesBeforeTheOwnAndGetsNoToken()
    {
        await using var elsewhere = await RunningServer.StartAsync();
        await File.WriteAllTextAsync(Own, """{"server": "http://127.0.0.1:1", "format": "json"}""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Folder, $$"""{"server": "{{elsewhere.Http}}", "parent": "organizations/77"}""", TestContext.Current.CancellationToken);

        Assert.Equal((ExitCode.Clean, "[]\n", ""), Run(Settings, "findings", "list"));

        var (code, output, error) = Run(Settings with { Token = ClientRun.Token }, "findings", "list");
        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.Contains($"{Folder} names the server, and a token goes only to a server that you name yourself", error, StringComparison.Ordinal);

        // Whoever names it says that it is meant.
        Assert.Equal(ExitCode.Clean, Run(Settings with { Token = ClientRun.Token }, "findings", "list", "--server", elsewhere.Http.ToString()).Code);
        await File.WriteAllTextAsync(Own, $$"""{"server": "{{elsewhere.Http}}"}""", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Clean, Run(Settings with { Token = ClientRun.Token }, "findings", "list").Code);
    }

    [Theory]
    [InlineData("{\n\"servr\": \"https://davy.example.com\"}", ":2: the member \"servr\" is not known here; those known are server, parent, format, pageSize")]
    [InlineData("{\n\n\"server\": \"davy.example.com\"}", ":3: \"server\" must be a URL")]
    [InlineData("{\"server\": \"https://me:hunter2@davy.example.com\"}", ":1: \"server\" must be a URL without name, password")]
    [InlineData("{\"parent\": \"acme\"}", ":1: \"parent\" must be organizations/NUMBER")]
    [InlineData("{\"format\": \"xml\"}", ":1: \"format\" must be one of table, json")]
    [InlineData("{\"pageSize\": 1001}", ":1: \"pageSize\" must be a whole number from 1 to 1000")]
    [InlineData("{\"format\": \"csv\",\n\"format\": \"csv\"}", ":2: the member \"format\" is given twice")]
    [InlineData("{", ":1: this is no JSON")]
    [InlineData("[]", ":1: an object, {…}, is expected here")]
    public void WhatIsWrongIsToldWithFileAndLineByWhoeverNeedsIt(string text, string message)
    {
        File.WriteAllText(Own, text);

        foreach (var command in new[] { "findings list organizations/1", "deployments list", "config show" })
        {
            var (code, output, error) = Run(Settings, command.Split(' '));
            Assert.Equal((ExitCode.Failed, ""), (code, output));
            Assert.Contains($"{Own}{message}", error, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
        }

        Assert.Equal(ExitCode.Clean, Run(Settings, "version").Code);
        Assert.Equal(ExitCode.Clean, Run(Settings, "findings", "list", "--help").Code);
    }

    [Theory]
    [InlineData("tokenFile", "\"/home/somebody/.ssh/id\"")]
    [InlineData("caFile", "\"ca.pem\"")]
    [InlineData("allowClearText", "true")]
    public void AFileOfAnyFolderSaysNothingOfSecrets(string member, string value)
    {
        File.WriteAllText(Folder, $"{{\"{member}\": {value}}}");
        Assert.Contains($"{Folder}:1: \"{member}\" may stand only in the file of your own", Run(Settings, "deployments", "list").Error, StringComparison.Ordinal);

        File.Move(Folder, Own);
        Assert.Contains("no server is named", Run(Settings, "deployments", "list").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ItIsShownWhatHoldsAndWhereItWasSaid()
    {
        File.WriteAllText(Folder, """{"parent": "folders/5", "pageSize": 20}""");
        File.WriteAllText(Own, """{"server": "https://davy.example.com", "parent": "folders/6", "tokenFile": "token", "allowClearText": true}""");

        var (code, output, error) = Run(Settings with { Token = ClientRun.Token }, "config", "show", "--format", "json");

        Assert.Equal((ExitCode.Clean, ""), (code, error));
        Assert.Equal(
        [
            ("server", "https://davy.example.com", Own), ("token", "(not shown)", "DAVY_TOKEN"), ("tokenFile", _folder.File("token"), Own), ("caFile", "", "default"), ("allowClearText", "true", Own),
            ("parent", "folders/5", Folder), ("format", "table", "default"), ("pageSize", "20", Folder),
        ], JsonNode.Parse(output)!.AsArray().Select(row => ((string)row!["setting"]!, (string)row["value"]!, (string)row["origin"]!)));
        Assert.StartsWith("SETTING         VALUE ", Run(Settings, "config", "show").Out, StringComparison.Ordinal);
        Assert.Contains("Examples:\n  davy config show", Run(Settings, "config", "show", "--help").Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void TheProgramFindsTheFilesWhereTheyAreMeantToBe()
    {
        var own = Directory.CreateDirectory(_folder.File("davy")).FullName;
        File.WriteAllText(Path.Combine(own, "davy.json"), """{"server": "https://davy.example.com", "parent": "folders/6"}""");
        File.WriteAllText(Folder, """{"parent": "folders/5"}""");

        using var process = EndToEnd.BuiltProgram.Start("/bin/sh", ["-c", $"cd '{Path.GetDirectoryName(Folder)}' && exec '{EndToEnd.BuiltProgram.Executable}' config show --format 'value(setting,value)'"], ("XDG_CONFIG_HOME", Path.GetDirectoryName(Folder)!));
        process.In.Close();
        var (code, output, error) = process.End();

        Assert.True(code == ExitCode.Clean, error);
        Assert.Contains("server\thttps://davy.example.com\n", output, StringComparison.Ordinal);
        Assert.Contains("parent\tfolders/5\n", output, StringComparison.Ordinal);
    }

    static (int Code, string Out, string Error) Run(ServerSettings settings, params string[] arguments) => ClientRun.Here(settings, "", arguments);
}
