using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Davy.Notifications;
using Davy.Outbound;
using Davy.Tests.EndToEnd;
using Davy.Tests.Fakes;
using Davy.Tests.Google;

namespace Davy.Tests.Notifications;

/// <summary>davyd is killed after the target has a notification and before it can say so: the next start sends it again, and loses none.</summary>
public sealed class NotificationCrashTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ANotificationOfAProcessThatWasKilledIsSentAgain()
    {
        using TemporaryFolder folder = new();
        using var http = OutboundGuard.Client(SomeCredentials.Loopback);
        TaskCompletionSource<bool> killed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<bool> arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = await FakeHttp.StartAsync(async _ =>
        {
            // Held back until the sender is dead, so that it cannot know.
            arrived.TrySetResult(true);
            await killed.Task.WaitAsync(Patience, Cancel);
            return new FakeAnswer(200, "");
        });
        await File.WriteAllTextAsync(folder.File("targets.json"), $$"""{"version":1,"targets":[{"name":"ops","below":"organizations/1","webhook":{"url":"{{receiver.Url}}"} }]}""", Cancel);
        var (httpPort, grpcPort) = (FreePort(), FreePort());
        string[] arguments =
        [
            "--insecure", "--data", folder.File("data"), "--http-port", httpPort, "--grpc-port", grpcPort, "--targets", folder.File("targets.json"), "--allow-outbound", "127.0.0.1", "--allow-plain-http",
        ];
        Uri server = new($"http://127.0.0.1:{httpPort}/");

        using (var first = BuiltProgram.Start(Davyd, arguments))
        {
            await ReadyAsync(http, server);
            var source = await PostAsync(http, new(server, "v2/organizations/1/sources"), """{"displayName":"Tests"}""");
            await PostAsync(http, new(server, $"v2/{source}/findings?findingId=f1"), """{"category":"C","resourceName":"//x/1","eventTime":"2026-01-10T10:00:00Z"}""");
            await arrived.Task.WaitAsync(Patience, Cancel);
            using var process = Process.GetProcessById(first.Id);
            process.Kill();
            await process.WaitForExitAsync(Cancel);
            killed.SetResult(true);
        }

        using (BuiltProgram.Start(Davyd, arguments))
        {
            await ReadyAsync(http, server);
            var start = Stopwatch.GetTimestamp();
            while (receiver.Requests.Count < 2 && Stopwatch.GetElapsedTime(start) < Patience) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
            await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System, Cancel);
        }

        Assert.Equal(2, receiver.Requests.Count);
        Assert.Single(receiver.Requests.Select(request => (request.Header(WebhookSignature.IdHeader), request.Text)).Distinct());
    }

    static string Davyd => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "davyd.exe" : "davyd");

    static string FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    static async Task ReadyAsync(HttpClient http, Uri server)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(server, "readyz"), Cancel);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(start) < Patience)
            {
                // Not yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        }
    }

    static async Task<string> PostAsync(HttpClient http, Uri url, string body)
    {
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(url, content, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return (string)System.Text.Json.Nodes.JsonNode.Parse(text)!["name"]!;
    }
}
