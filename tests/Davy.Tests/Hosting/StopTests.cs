using System.Net.Sockets;
using System.Text;
using Davy.Server.Ingest;
using Davy.Tests.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Davy.Tests.Hosting;

/// <summary>How davyd ends when it is told to.</summary>
public sealed class StopTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    sealed record Declared(Func<CancellationToken, Task> Run) : SourceDeclaration("test", "test")
    {
        public override ILogSource Open(IServiceProvider services) => new Source(Run);

        sealed class Source(Func<CancellationToken, Task> run) : ILogSource
        {
            public string Name => "test";

            public Task RunAsync(CancellationToken cancel) => run(cancel);
        }
    }

    [Fact]
    public async Task ItTakesLessThanTheTenSecondsThatItGets()
    {
        await using var server = await RunningServer.StartAsync();

        Assert.InRange(server.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task SourcesAreToldWhileARequestIsStillComing()
    {
        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Declared source = new(async cancel =>
        {
            TaskCompletionSource stop = new();
            await using (cancel.Register(stop.SetResult)) await stop.Task;
            told.SetResult();
        });
        await using var server = await RunningServer.StartAsync(with: options => options with { Limits = options.Limits with { Stop = TimeSpan.FromSeconds(8) } }, sources: [source]);
        using TcpClient client = new();
        await client.ConnectAsync(server.Http.Host, server.Http.Port, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /v2/organizations/123/sources HTTP/1.1\r\nHost: {server.Http.Authority}\r\nContent-Type: application/json\r\nContent-Length: 19\r\nExpect: 100-continue\r\n\r\n"), Cancel);
        using StreamReader answer = new(stream, Encoding.ASCII);
        Assert.Equal("HTTP/1.1 100 Continue", await answer.ReadLineAsync(Cancel));
        Assert.Equal("", await answer.ReadLineAsync(Cancel));

        var stopped = server.StopAsync();
        await told.Task.WaitAsync(Cancel);
        await stream.WriteAsync("""{"displayName":"x"}"""u8.ToArray(), Cancel);

        // A request that goes on within the time is answered; a server that told its sources last would have cut it off by now.
        Assert.Equal("HTTP/1.1 200 OK", await answer.ReadLineAsync(Cancel));
        await stopped;
    }
}
