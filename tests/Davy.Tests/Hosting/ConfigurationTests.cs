using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using Davy.Server;
using Davy.Server.Hosting;

namespace Davy.Tests.Hosting;

/// <summary>What davyd makes of its configuration file, the environment and the command line together.</summary>
public sealed class ConfigurationTests
{
    static async Task<(int Code, string Output, string Error)> RunAsync(string file, Hashtable environment, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        var path = Path.Combine(folder.Path, "davyd.json");
        await File.WriteAllTextAsync(path, file, TestContext.Current.CancellationToken);
        environment["HOME"] = folder.Path;
        using StringWriter output = new(CultureInfo.InvariantCulture), error = new(CultureInfo.InvariantCulture);
        return (await Program.RunAsync([.. arguments, "--config", path], environment, error, new StandardOutput(output, false)), output.ToString(), error.ToString().Replace(path, "davyd.json", StringComparison.Ordinal));
    }

    static async Task<JsonObject> SettingAsync(string name, string file, Hashtable environment, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(file, environment, ["config", "show", "--format", "json", .. arguments]);
        Assert.True(code == 0, error);
        return JsonNode.Parse(output)!.AsArray().Single(setting => (string?)setting!["name"] == name)!.AsObject();
    }

    [Fact]
    public async Task TheFileSaysWhatAnOptionIs()
    {
        var setting = await SettingAsync("http-port", "// ours\n{\n  \"http-port\": 9000,\n}", []);
        Assert.Equal(["9000"], setting["values"]!.AsArray().Select(value => (string)value!));
        Assert.EndsWith("davyd.json:3", (string)setting["origin"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheEnvironmentComesBeforeTheFile()
    {
        var setting = await SettingAsync("http-port", """{"http-port": 9000}""", new() { ["DAVY_HTTP_PORT"] = "9001" });
        Assert.Equal(["9001"], setting["values"]!.AsArray().Select(value => (string)value!));
        Assert.Equal("DAVY_HTTP_PORT", (string)setting["origin"]!);
    }

    [Fact]
    public async Task TheCommandLineComesBeforeTheEnvironment()
    {
        var setting = await SettingAsync("data", """{"data": "/file"}""", new() { ["DAVY_DATA"] = "/environment" }, "--data", "/line");
        Assert.Equal(["/line"], setting["values"]!.AsArray().Select(value => (string)value!));
        Assert.Equal("command line", (string)setting["origin"]!);
    }

    [Theory]
    [InlineData("http-port", "8080")]
    [InlineData("address", "127.0.0.1")]
    [InlineData("insecure", "false")]
    [InlineData("log-level", "Information")]
    public async Task WhatNobodySaysIsADefaultAndIsTold(string name, string value)
    {
        var setting = await SettingAsync(name, "{}", []);
        Assert.Equal("default", (string)setting["origin"]!);
        Assert.Equal(value, (string?)Assert.Single(setting["values"]!.AsArray()));
    }

    [Theory]
    [InlineData("""{"database": "Host=db.example.com;Database=davy;Password=hunter2"}""", "table")]
    [InlineData("""{"database": "Host=db.example.com;Database=davy;Password=hunter2"}""", "json")]
    [InlineData("""{"database": "Nonsense;Password=hunter2"}""", "json")]
    public async Task APasswordIsNotShown(string file, string format)
    {
        var (_, output, error) = await RunAsync(file, [], "config", "show", "--format", format);
        Assert.DoesNotContain("hunter2", output + error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n\"http-prot\": 9000}", "davyd.json:2", "http-prot")]
    [InlineData("{\n\"http-port\": 9000, \"http-port\": 9001}", "davyd.json:2", "given twice")]
    [InlineData("{\n\"http-port\": {}}", "davyd.json:2", "a text, a number, true or false")]
    [InlineData("{\n\"http-port\": \"many\"}", "davyd.json:2", "many")]
    [InlineData("{\n\n\"http-port\": 70000}", "davyd.json:3", "--http-port is 70000")]
    [InlineData("{\n\"insecure\": true,\n\"address\": \"0.0.0.0\"}", "davyd.json:2", "--insecure is for loopback")]
    [InlineData("{\n\"indicators\": [\"/nonexistent\"]}", "davyd.json:2", "there is no such file")]
    [InlineData("[]", "davyd.json:1", "an object")]
    [InlineData("{", "davyd.json:1", "no JSON")]
    [InlineData("{\"sources\": {}}", "davyd.json:1", "not a list")]
    [InlineData("{\"sources\": [\n{\"kind\": \"pubsub-push\"}]}", "davyd.json:2", "\"name\" is missing")]
    [InlineData("{\"sources\": [\n{\"name\": \"a\", \"kind\": \"carrier-pigeon\"}]}", "davyd.json:2", "carrier-pigeon")]
    [InlineData("{\"sources\": [\n{\"name\": \"a\", \"kind\": \"nats\"}]}", "davyd.json:2", "\"url\" is missing")]
    [InlineData("{\"sources\": [\n{\"name\": \"../a\", \"kind\": \"pubsub-push\"}]}", "davyd.json:2", "the name")]
    [InlineData("{\"sources\": [{\"name\": \"a\", \"kind\": \"pubsub-push\"},\n{\"name\": \"a\", \"kind\": \"pubsub-push\"}]}", "davyd.json:2", "another source 'a'")]
    [InlineData("{\"sources\": [{\"name\": \"a\",\n\"kind\": \"pubsub-push\",\n\"mail\": []}]}", "davyd.json:3", "mail")]
    [InlineData("{\"sources\": [{\"name\": \"a\",\n\"kind\": \"pubsub-pull\"}]}", "davyd.json:1", "\"subscription\" is missing")]
    [InlineData("{\"sources\": [\n{\"name\": \"a\", \"kind\": \"pubsub-pull\", \"subscription\": \"davy\"}]}", "davyd.json:2", "projects/PROJECT/subscriptions/NAME")]
    [InlineData("{\"sources\": [\n{\"name\": \"a\", \"kind\": \"pubsub-pull\", \"subscription\": \"projects/acme/subscriptions/../topics/t\"}]}", "davyd.json:2", "projects/PROJECT/subscriptions/NAME")]
    [InlineData("{\"sources\": [{\"name\": \"a\", \"kind\": \"pubsub-pull\", \"subscription\": \"projects/acme/subscriptions/davy\",\n\"messages\": 0}]}", "davyd.json:2", "from 1 to 4000")]
    [InlineData("{\"sources\": [{\"name\": \"a\", \"kind\": \"pubsub-pull\", \"subscription\": \"projects/acme/subscriptions/davy\",\n\"megabytes\": 15}]}", "davyd.json:2", "from 16 to 256")]
    [InlineData("{\"sources\": [\n{\"name\": \"a\", \"kind\": \"files\"}]}", "davyd.json:2", "\"paths\" is missing")]
    [InlineData("{\"sources\": [{\"name\": \"a\", \"kind\": \"files\", \"paths\": [\n\"logs/*.json\"]}]}", "davyd.json:2", "begin at the root")]
    [InlineData("{\"sources\": [{\"name\": \"a\", \"kind\": \"files\", \"paths\": [\n\"/logs/**\"]}]}", "davyd.json:2", "** is not known")]
    [InlineData("{\"sources\": [\n{\"name\": \"a\", \"kind\": \"cloud-logging\", \"project\": \"p\", \"folder\": \"1\"}]}", "davyd.json:2", "name one of")]
    [InlineData("{\"sources\": [{\"name\": \"a\", \"kind\": \"cloud-logging\",\n\"organization\": \"example.com\"}]}", "davyd.json:2", "must be its number")]
    [InlineData("{\"sources\": [{\"name\": \"a\", \"kind\": \"cloud-logging\", \"project\": \"p\",\n\"since\": \"yesterday\"}]}", "davyd.json:2", "a time ago")]
    public async Task AFaultIsToldWithItsLine(string file, string place, string said)
    {
        var (code, _, error) = await RunAsync(file, [], "config", "check");
        Assert.Equal(2, code);
        Assert.Contains(place, error, StringComparison.Ordinal);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AGoodFileIsSaidToBeOne()
    {
        var (code, _, error) = await RunAsync("""
            {"organization": "123", "allow-outbound": ["hooks.example.com"], "insecure": true, "sources": [
              {"name": "logs", "kind": "pubsub-push"},
              {"name": "disk", "kind": "files", "paths": ["/var/log/gcp/*.json", "/mnt/bucket/"], "every": 5, "settled": 60, "files": 1000},
              {"name": "org", "kind": "cloud-logging", "organization": "123", "every": 300, "since": "30d", "overlap": 3600},
            ]}
            """, [], "config", "check");
        Assert.Equal(0, code);
        Assert.Contains("3 sources", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HelpIsGivenWhateverTheFileSays() => Assert.Equal(0, (await RunAsync("{", [], "--help")).Code);

    [Fact]
    public async Task TokensAreMadeInTheDatabaseThatTheFileNames()
    {
        using TemporaryFolder data = new();
        var (code, _, error) = await RunAsync($$"""{"data": "{{data.Path}}", "http-port": 9000}""", [], "tokens", "list");
        Assert.True(code == 0, error);
        Assert.True(File.Exists(Path.Combine(data.Path, "davy.db")));
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }

    [Fact]
    public void TheFileIsFoundWhereSystemsKeepThem()
    {
        using TemporaryFolder folder = new();
        var path = Path.Combine(folder.Path, "davy", "davyd.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "{}");

        Assert.Equal(path, ConfigurationFile.Read(null, new Hashtable { ["XDG_CONFIG_HOME"] = folder.Path }).Path);
        Assert.Equal(path, ConfigurationFile.Read(null, new Hashtable { ["CONFIGURATION_DIRECTORY"] = $"{folder.Path}/davy:/elsewhere" }).Path);
        Assert.Equal("", ConfigurationFile.Read(null, new Hashtable { ["HOME"] = folder.Path }).Path);
    }
}
