using System.Globalization;
using System.Text;
using Davy.Cli.Commands;
using Davy.Tests.EndToEnd;

namespace Davy.Tests.Client;

/// <summary>Ctrl-C while a server is waited for, as the built program meets it.</summary>
public sealed class InterruptedClientTests
{
    const string Operation = "organizations/1/operations/mute-7";

    [Fact]
    public async Task ABulkMuteGoesOnAndItsOperationIsNamed()
    {
        using SemaphoreSlim asked = new(0);
        await using RawServer server = new(async (request, stream, cancel) =>
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(RawServer.Answer("200 OK", $$"""{"name":"{{Operation}}"}""")), cancel);
            if (request.StartsWith("GET ", StringComparison.Ordinal)) asked.Release();
        });

        var (code, output, error) = await InterruptedAsync(asked, "findings", "bulk-mute", "organizations/1", "--filter", "severity=\"LOW\"", "--server", server.Address);

        Assert.Equal((ExitCode.Interrupted, ""), (code, output));
        Assert.Equal($"davy: no longer waiting; the server goes on with {Operation}.\n", error);
    }

    [Fact]
    public async Task AScanThatIsBeingSentIsShownAndMayBeSentAgain()
    {
        using SemaphoreSlim asked = new(0);
        await using RawServer server = new(async (_, _, cancel) =>
        {
            asked.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
        });

        var (code, output, error) = await InterruptedAsync(asked, "scan", RepositoryRoot.File("samples"), "--quiet", "--format", "csv", "--to", server.Address);

        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Contains("Cryptomining", output, StringComparison.Ordinal);
        Assert.Contains("interrupted while sending", error, StringComparison.Ordinal);
    }

    /// <summary>Runs the program until the server was asked, and interrupts it.</summary>
    static async Task<(int Code, string Out, string Error)> InterruptedAsync(SemaphoreSlim asked, params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        using var program = BuiltProgram.Start(arguments, ("DAVY_TOKEN", ""));
        Assert.True(await asked.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken), "The program asks nothing.");
        using var kill = BuiltProgram.Start("kill", ["-INT", program.Id.ToString(CultureInfo.InvariantCulture)]);
        Assert.Equal(0, kill.End().Code);
        return program.End();
    }
}
