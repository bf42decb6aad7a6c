using System.Text.Json;
using Davy.Benchmarks.Generation;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Indicators;

namespace Davy.Tests.Detection;

/// <summary>What is seen at a glance is what reading the whole of it says.</summary>
public sealed class PlainCommandsTests
{
    static readonly string[] Words =
    [
        "sh", "-c", "bash", "/bin/sh", "-ec", "--config", "serve", "--port=8080", "xmrig", "/usr/bin/xmrig", "xm''rig", "xmrig --donate-level 1", "A=b", "eval", "exec", "env", "sudo", "nice", "tee", "node",
        "-e", "require('child_process').exec('xmrig')", "python3", "$MINER", "${MINER:-xmrig}", "`echo xmrig`", "eG1yaWcgLW8gcG9vbC5zdXBwb3J0eG1yLmNvbTozMzMz", "stratum+tcp://pool.example.com:3333", "-o",
        "pool.supportxmr.com:443", "an honest word", "*/5", "crontab", "alias", "trap", ".", "source", "start.sh", "./minerd", "cpuminer-2.5.0", "",
    ];

    static readonly string[] Names = ["MODE", "MINER", "WALLET", "POOL", "XMRIG_OPTIONS", "ALGO", ""];

    [Fact]
    public void ItNeverCallsPlainWhatIsNot()
    {
        var known = MiningCommands.Default;
        Chance chance = new(7);
        var plain = 0;
        for (var times = 0; times < TestLength.Of(200_000, 10_000); times++)
        {
            Container container = new()
            {
                Command = ListOf(chance.Below(3), () => new PlacedText(chance.OneOf(Words), "command")),
                Args = ListOf(chance.Below(4), () => new PlacedText(chance.OneOf(Words), "args")),
                Environment = ListOf(chance.Below(3), () => new EnvironmentVariable(chance.OneOf(Names), chance.OneOf(Words), "env")),
            };
            if (!PlainCommands.AreAllOf(container, known)) continue;

            plain++;
            MiningSearch search = new(known);
            Assert.True(search.Look(container).Count == 0 && search.Doubt is null, JsonSerializer.Serialize(container));
        }

        Assert.InRange(plain, 100, int.MaxValue);
    }

    /// <summary>A glance that never said yes would be of no use.</summary>
    [Theory]
    [InlineData("serve", "--shard=7")]
    [InlineData("/app/server", "--config", "/etc/server.conf")]
    [InlineData("--port=8080", "--verbose")]
    public void OrdinaryArgumentsArePlain(params string[] args) =>
        Assert.True(PlainCommands.AreAllOf(new() { Args = [.. args.Select(arg => new PlacedText(arg, "args"))], Environment = [new("MODE", "the usual one, of three", "env")] }, MiningCommands.Default));

    static List<T> ListOf<T>(int count, Func<T> one) => [.. Enumerable.Range(0, count).Select(_ => one())];
}
