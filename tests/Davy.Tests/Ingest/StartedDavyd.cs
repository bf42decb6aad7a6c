using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Davy.Tests.EndToEnd;

namespace Davy.Tests.Ingest;

/// <summary>davyd as it was built, as a process of its own.</summary>
static class StartedDavyd
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    static string Davyd => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "davyd.exe" : "davyd");

    static string FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Starts davyd where nobody listens. Another program may take a port before davyd has it: then another one is tried.</summary>
    /// <param name="http">Who asks whether it is ready.</param>
    /// <param name="arguments">Its command line, without ports.</param>
    /// <param name="environment">Variables to set beside those of this process.</param>
    /// <returns>The process, and where it listens.</returns>
    public static async Task<(BuiltProgram Program, Uri Server)> StartAsync(HttpClient http, IReadOnlyList<string> arguments, params IReadOnlyList<(string Name, string Value)> environment)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var port = FreePort();
            var program = BuiltProgram.Start(Davyd, [.. arguments, "--http-port", port, "--grpc-port", FreePort(), "--log-level", "Critical"], environment);
            using var process = Process.GetProcessById(program.Id);
            Uri server = new($"http://127.0.0.1:{port}/");
            while (!process.HasExited)
            {
                if (await IsReadyAsync(http, server)) return (program, server);
                Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "davyd does not come up.");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, program.End().Error);
            program.Dispose();
        }
    }

    /// <summary>Waits until something holds, while the process runs.</summary>
    /// <param name="program">The process.</param>
    /// <param name="holds">Whether it holds.</param>
    /// <param name="patience">How long.</param>
    public static async Task UntilAsync(BuiltProgram program, Func<Task<bool>> holds, TimeSpan patience)
    {
        using var process = Process.GetProcessById(program.Id);
        for (var start = Stopwatch.GetTimestamp(); !await holds();)
        {
            if (process.HasExited) Assert.Fail(program.End().Error);
            Assert.True(Stopwatch.GetElapsedTime(start) < patience, "It does not come to what it must.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    static async Task<bool> IsReadyAsync(HttpClient http, Uri server)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(server, "readyz"), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
