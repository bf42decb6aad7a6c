using System.Net;
using System.Text;
using Davy.Storage;
using Davy.Tests.Watching;
using Microsoft.Extensions.DependencyInjection;

namespace Davy.Tests.Api;

/// <summary>Dead letters over HTTP.</summary>
public sealed class DeadLetterApiTests
{
    const string Path = "/davy/v1/dead-letters";

    static async Task<RunningServer> StartAsync(params string[] contents)
    {
        var server = await RunningServer.StartAsync(insecure: false);
        await SomeLetters.AddAsync(server.Services.GetRequiredService<Database>(), TimeProvider.System, contents);
        server.Token = (await server.TokenAsync("administrator")).Text;
        return server;
    }

    [Fact]
    public async Task TheyAreListedInPagesWithoutTheirBytes()
    {
        await using var server = await StartAsync("one", "two", "three");
        var first = await server.DoAsync("GET", $"{Path}?pageSize=2");
        Assert.Equal([3L, 2L], first["deadLetters"]!.AsArray().Select(letter => (long)letter!["id"]!));
        Assert.Equal((3L, 11L, 1L << 30, 0L), ((long)first["count"]!, (long)first["bytes"]!, (long)first["mostBytes"]!, (long)first["dropped"]!));
        Assert.Equal(["id", "source", "place", "reason", "detail", "time", "size", "sha256", "hasContent", "attempts"], first["deadLetters"]![0]!.AsObject().Select(member => member.Key));

        var rest = await server.DoAsync("GET", $"{Path}?pageSize=2&pageToken={first["nextPageToken"]}");
        Assert.Equal([1L], rest["deadLetters"]!.AsArray().Select(letter => (long)letter!["id"]!));
        Assert.Null(rest["nextPageToken"]);
    }

    [Fact]
    public async Task BytesAreShownToAResponderAndEachShowingIsNoted()
    {
        await using var server = await StartAsync("one");
        var (id, text) = await server.TokenAsync("responder");
        server.Token = text;
        var shown = await server.DoAsync("GET", $"{Path}/1");

        Assert.Equal(("one", false), (Encoding.UTF8.GetString(Convert.FromBase64String((string)shown["content"]!)), (bool)shown["damaged"]!));
        var store = server.Services.GetRequiredService<Watch>().DeadLetters;
        Assert.Equal($"token:{id}", Assert.Single(await store.ShowingsAsync((string)shown["deadLetter"]!["sha256"]!, TestContext.Current.CancellationToken)).Who);
        server.Token = (await server.TokenAsync("triager")).Text;
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync("GET", $"{Path}/1")).Status);
    }

    [Fact]
    public async Task AReplayIsTheAdministratorsAndGivesTheFinding()
    {
        await using var server = await StartAsync(SomeLetters.Miner());
        var administrator = server.Token;
        server.Token = (await server.TokenAsync("responder")).Text;
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync("POST", $"{Path}/1:replay")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.SendAsync("DELETE", $"{Path}/1")).Status);

        server.Token = administrator;
        var replay = await server.DoAsync("POST", $"{Path}/1:replay");
        Assert.Equal("kept", (string)replay["result"]!);
        var listed = Assert.Single((await server.DoAsync("GET", "/v2/projects/acme-prod/sources/-/findings"))["listFindingsResults"]!.AsArray());
        Assert.Equal(((string)listed!["finding"]!["name"]!).Split('/')[^1], ((string)replay["findings"]![0]!).Split('/')[^1]);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("POST", $"{Path}/1:replay")).Status);
        Accounting.HoldsAtTheEnd(server.Services.GetRequiredService<Watch>());
    }

    [Fact]
    public async Task OneIsThrownAwayAndOneThatIsNotThereIsNotFound()
    {
        await using var server = await StartAsync("one", "two");
        using (var answer = await server.AnswerAsync("DELETE", $"{Path}/1", authorization: $"Bearer {server.Token}")) Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);

        Assert.Single((await server.DoAsync("GET", Path))["deadLetters"]!.AsArray());
        foreach (var id in (string[])["1", "x", "-2", "99999999999999999999", "%1b%5b2J"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("DELETE", $"{Path}/{id}")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("GET", $"{Path}/{id}")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync("POST", $"{Path}/{id}:replay")).Status);
        }
    }
}
