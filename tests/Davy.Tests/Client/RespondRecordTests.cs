using System.Net;
using System.Text.Json.Nodes;
using Davy.Tests.Api;
using Davy.Tests.EndToEnd;
using Davy.Tests.Fakes;

namespace Davy.Tests.Client;

/// <summary>The record of <c>davy respond</c> in davyd and in the folder.</summary>
public sealed class RespondRecordTests(SharedServer shared) : RespondTrial, IClassFixture<SharedServer>
{
    string Address => shared.Server.Http.ToString();

    async Task<JsonNode?> KeptAsync(string record) => await shared.Server.SendAsync("GET", $"/davy/v1/responses/{record}") is (HttpStatusCode.OK, var json) ? json : null;

    [Fact]
    public async Task TheRecordIsInDavydWithWhatWasBeforeAndAfter()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        Server = new() { Address = Address };
        var (code, text, error) = Apply(fake, Planned(fake, FakeCloudRun.Service, "stop"));
        Assert.True((code, error) == (0, ""), text + error);

        var kept = (await KeptAsync(RecordOf(text)))!;
        Assert.Equal(("stop", FakeCloudRun.Service, "Mining.", "verified", false), ((string)kept["action"]!, (string)kept["resource"]!, (string)kept["reason"]!, (string)kept["result"]!, (bool)kept["damaged"]!));
        var lines = kept["lines"]!.AsArray();
        Assert.Equal(["begun", "rehearsed", "sending", "done", "ended"], lines.Select(line => (string)line!["what"]!));
        Assert.Null(lines[0]!["details"]!["state"]!["scaling"]);
        Assert.Equal("0", lines[^1]!["details"]!["state"]!["scaling"]!["manualInstanceCount"]!.ToString());
        Assert.Contains("record: folder and davyd", Run(fake, "history", RecordOf(text)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCouldNotBeDeliveredIsDeliveredByTheNextCommand()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        Server = new() { Address = "http://127.0.0.1:1" };
        var (code, text, error) = Apply(fake, Planned(fake, FakeCloudRun.Service, "stop"));
        Assert.True(code == 0, text + error);
        Assert.Contains("not all of the record was delivered to davyd", error, StringComparison.Ordinal);
        Assert.Equal([$"PATCH {FakeCloudRun.Service}"], fake.Changes);
        Assert.Null(await KeptAsync(RecordOf(text)));
        var away = Run(fake, "history");
        Assert.Equal(3, away.Code);
        Assert.Contains("record: folder alone, not delivered yet", away.Out, StringComparison.Ordinal);

        Server = new() { Address = Address };
        var history = Run(fake, "history");

        Assert.True(history.Code == 0, history.Error);
        Assert.Contains("5 lines of the record were delivered to davyd now", history.Error, StringComparison.Ordinal);
        Assert.Contains("record: folder and davyd", history.Out, StringComparison.Ordinal);
        Assert.Equal("verified", (string)(await KeptAsync(RecordOf(text)))!["result"]!);
    }

    [Fact]
    public async Task TheRecordsOfOtherFoldersAreListedAndMarked()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        Server = new() { Address = Address };
        var first = RecordOf(Apply(fake, Planned(fake, FakeCloudRun.Service, "stop")).Out);
        Directory.Delete(Records, recursive: true);
        var second = RecordOf(Apply(fake, Planned(fake, FakeCloudRun.Pool, "stop"), "crunch").Out);

        var told = Run(fake, "history", "--format", "json").Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToDictionary(line => (string)line["record"]!);

        Assert.Equal(["davyd"], told[first]["keptIn"]!.AsArray().Select(place => (string)place!));
        Assert.Equal(["folder", "davyd"], told[second]["keptIn"]!.AsArray().Select(place => (string)place!));
        Assert.DoesNotContain(first, Run(fake, "history", FakeCloudRun.Pool).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderFromWhichLinesWereTakenIsTold()
    {
        await using var fake = await FakeCloudRun.StartAsync();
        Server = new() { Address = Address };
        Apply(fake, Planned(fake, FakeCloudRun.Service, "stop"));
        var file = Path.Combine(Records, "journal.jsonl");
        var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(file, lines[..^1], TestContext.Current.CancellationToken);

        var (code, _, error) = Run(fake, "history");

        Assert.Equal(3, code);
        Assert.Contains("lines were taken from the folder's end", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnlyAResponderAddsToTheRecordAndAViewerSeesIt()
    {
        await using var server = await RunningServer.StartAsync(insecure: false);
        await using var fake = await FakeCloudRun.StartAsync();
        Server = new() { Address = server.Http.ToString(), Token = (await server.TokenAsync("viewer")).Text };
        var (code, text, error) = Apply(fake, Planned(fake, FakeCloudRun.Service, "stop"));
        Assert.Equal(0, code);
        Assert.Contains("this takes a token of the role responder", error, StringComparison.Ordinal);
        Assert.Contains("folder alone", Run(fake, "history").Out, StringComparison.Ordinal);

        var (id, responder) = await server.TokenAsync("responder");
        Server = Server with { Token = responder };
        Assert.Equal(0, Run(fake, "history").Code);
        server.Token = responder;
        Assert.Equal($"token:{id}", (string)(await server.DoAsync("GET", $"/davy/v1/responses/{RecordOf(text)}"))["sentBy"]!);
    }
}
