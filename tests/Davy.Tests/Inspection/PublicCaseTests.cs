using Davy.Inspection;
using Davy.Tests.Images;
using static Davy.Tests.Inspection.Inspecting;

namespace Davy.Tests.Inspection;

/// <summary>
/// What public reports, READMEs and Dockerfiles show of images that mine (docker/hub-feedback 1549, 1781, 1807, 2379; the programs' own READMEs), as entrypoint, as command, as a step of the history and
/// as a script that is started: without a layer of any miner. Wallets and workers are made up.
/// </summary>
public sealed class PublicCaseTests
{
    /// <summary>Command lines of mining programs.</summary>
    public static TheoryData<string> CommandLines { get; } =
    [
        "xmrig -o pool.hashvault.pro:443 --tls -u WALLET -p railway-worker --donate-level=1 --max-cpu-usage=90 --randomx-1gb-pages",
        "./app1234567 -a rx/0 -o us.zephyr.herominers.com:1123 -p x -t 4 -u WALLET.gas1",
        "/usr/bin/nginx -a cryptonight -o stratum+tcp://pool.supportxmr.com:5555 -u WALLET -p x --donate-level 1",
        "./xmrig --algo=cryptonight --url=stratum+tcp://pool.supportxmr.com:5555 --user=WALLET --pass=x --max-cpu-usage=100",
        "./xmr-stak --currency cryptonight_r -o xmr.pool.minergate.com:45700 -u WALLET -p x",
        "/darwin -o us-east.cryptonight-hub.miningpoolhub.com:20580 -u user.worker -p x --currency monero -i 0 -c conf.txt -r ''",
        "./minerd -a cryptonight -o stratum+tcp://mine.moneropool.com:3333 -u WALLET -p x --threads 4",
        "./m-minerd -a m7mhash -o stratum+tcp://eu.npc-mining.net:3002 -u worker -p c=XMG -e 78",
        "ccminer -a phi -o stratum+tcp://eu1.altminer.net:6667 -u worker -p c=LUX",
        "hellminer -c stratum+tcp://worker.rig@pool.verus.io:9999",
        "./srbminer-multi -a yespower -o stratum+tcp://asia.cpumining.xyz:5022 --wallet worker --password x --keepalive true",
        "/app/t-rex -a kawpow -o stratum+tcp://rvn.2miners.com:6060 -u worker.rig",
        "./lolMiner --algo ETHASH --pool ethash.unmineable.com:3333 --user BTC:worker.rig --tls 0",
        "./nbminer -a ethash -o stratum+tcp://us2.ethermine.org:14444 -u worker.rig",
        "PhoenixMiner -pool stratum+tcp://daggerhashimoto.eu.nicehash.com:3353 -wal worker -pass x -proto 4",
        "EthDcrMiner64 -epool mining.hashalot.io:3401 -ewal worker -epsw x",
        "ethminer -U -S us-west1.nanopool.org:9999 -O worker.rig/a@example.com",
        "./nanominer -algo verushash -wallet worker -coin rvn -rigName r -pool1 na.mine.zergpool.com:3300",
        "teamredminer -a kawpow -o stratum+tcp://pool.example.com:3333 -u worker -p x",
        "./wildrig-multi --algo x16r --opencl-threads auto --url stratum+tcp://stratum.icemining.ca:3648 --user worker",
        "./bzminer -a verus -r worker -w worker -p stratum+tcp://us.vipor.net:5040 --nc 1 --cpu 1",
        "./rigel -a kheavyhash -o stratum+tcp://pool.woolypooly.com:3112 -u worker -w my_rig",
        "./onezerominer -a dynex -o dnx.eu.neuropool.net:19331 -w worker -p rig",
        "TBMiner --hostname eu1.ethermine.org --port 4444 --wallet worker",
        "minergate-cli -user a@b.example.com -xmr",
        "bfgminer --scrypt -o stratum+tcp://pool.example.com:3333 -u user -p pass",
        "./job -o pool.minexmr.com:443 -u WALLET --keepalive --tls",
        "/opt/proxy -o 192.0.2.73:443 -u WALLET -k --nicehash --donate-level 1",
        "timeout 52m ./m-minerd -a m7mhash -o stratum+tcp://eu.npc-mining.net:3002 -u worker",
        "python dao.py; ./xmrig --config=config.json --donate-level=1",
    ];

    static string Filled(string line) => line.Replace("WALLET", Wallet, StringComparison.Ordinal);

    static SomeImage Layered(SomeImage image) => image.Layer(new TarBuilder().File("etc/os-release", "ID=example\n"));

    [Theory]
    [MemberData(nameof(CommandLines))]
    public Task AnEntrypointThatMinesIsAMiner(string line) => AssertAsync(ImageVerdict.Miner, Layered(new SomeImage().Entrypoint("/bin/sh", "-c", Filled(line))));

    [Theory]
    [MemberData(nameof(CommandLines))]
    public Task ACommandThatMinesIsAMiner(string line) => AssertAsync(ImageVerdict.Miner, Layered(new SomeImage().Command("/bin/bash", "-c", $"cd /opt && exec {Filled(line)}")));

    [Theory]
    [MemberData(nameof(CommandLines))]
    public Task AScriptThatMinesIsAMiner(string line) =>
        AssertAsync(ImageVerdict.Miner, new SomeImage().Entrypoint("/entry.sh").Layer(new TarBuilder().File("entry.sh", $"#!/bin/sh\nulimit -n 65535\nwhile true; do\n  {Filled(line)}\n  sleep 5\ndone\n")));

    [Theory]
    [MemberData(nameof(CommandLines))]
    public Task ABuildThatMinedIsTold(string line) =>
        AssertAsync(ImageVerdict.ContainsMiner, Layered(new SomeImage().Entrypoint("python", "main.py").Step("/bin/sh -c #(nop) ADD file:abc in / ").Step($"RUN /bin/sh -c {Filled(line)} # buildkit")));

    [Theory]
    [InlineData("/bin/sh -c wget https://github.com/xmrig/xmrig/releases/download/v6.14.1/xmrig-6.14.1-linux-static-x64.tar.gz && tar xf xmrig-6.14.1-linux-static-x64.tar.gz", ImageVerdict.ContainsMiner)]
    [InlineData("|1 V=1 /bin/sh -c curl -sL https://github.com/doktor83/SRBMiner-Multi/releases/download/2.4.8/SRBMiner-Multi-2-4-8-Linux.tar.gz | tar xz", ImageVerdict.ContainsMiner)]
    [InlineData("ADD https://github.com/xmrig/xmrig/releases/download/v6.21.0/xmrig-6.21.0-linux-static-x64.tar.gz /tmp/ # buildkit", ImageVerdict.ContainsMiner)]
    [InlineData("RUN /bin/sh -c git clone https://github.com/xmrig/xmrig.git && mkdir xmrig/build && cd xmrig/build && cmake .. && make # buildkit", ImageVerdict.Suspicious)]
    [InlineData("/bin/sh -c git clone --depth 1 https://github.com/tpruvot/cpuminer-multi && cd cpuminer-multi && ./build.sh", ImageVerdict.Suspicious)]
    [InlineData("/bin/sh -c #(nop)  CMD [\"./xmrig\" \"-o\" \"pool.supportxmr.com:443\"]", ImageVerdict.Suspicious)]
    [InlineData("/bin/sh -c #(nop)  ENTRYPOINT [\"/bin/sh\" \"-c\" \"minerd -o stratum+tcp://pool.example.com:3333\"]", ImageVerdict.Suspicious)]
    public async Task AStepOfTheHistoryIsTold(string step, ImageVerdict expected)
    {
        var report = await InspectAsync(Layered(new SomeImage().Entrypoint("python", "main.py").Step(step)));

        Assert.True(report.Verdict == expected, $"{report.Verdict}: {Told(report)}");
    }

    [Theory]
    [InlineData("POOL_URL=stratum+tcp://pool.example.com:3333")]
    [InlineData("XMRIG_ARGS=--donate-level 1 -o pool.supportxmr.com:443")]
    [InlineData("ARGS=-o pool.minexmr.com:4444 -u x")]
    public Task AnEnvironmentThatMinesIsAMiner(string variable) => AssertAsync(ImageVerdict.Miner, Layered(new SomeImage().Entrypoint("/start").Environment("PATH=/bin", variable)));

    [Theory]
    [InlineData("nginx", "-g", "daemon off;")]
    [InlineData("/docker-entrypoint.sh", "postgres")]
    [InlineData("java", "-jar", "/app/miner-of-text.jar")]
    [InlineData("/helium/bin/miner", "foreground")]
    [InlineData("adminer")]
    [InlineData("sh", "-c", "pkill -f xmrig; exec /app/server")]
    [InlineData("falco", "-r", "/etc/falco/miner_rules.yaml")]
    [InlineData("/usr/bin/stress-ng", "--cpu", "0")]
    public Task AnHonestCommandIsClean(params string[] words) => AssertAsync(ImageVerdict.Clean, Layered(new SomeImage().Entrypoint(words)));
}
