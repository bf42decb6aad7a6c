using Davy.CloudRun;
using Davy.Detection;
using Davy.Indicators;

namespace Davy.Tests.Detection;

/// <summary>Of a pool's address only scheme, host and port leave the detector.</summary>
public sealed class PoolAddressTests
{
    [Theory]
    [InlineData("stratum://pool.example.com/CANARY?key=CANARY@CANARY")]
    [InlineData("stratum+tcp://user:CANARY@pool.example.com:3333/?x=CANARY@CANARY#CANARY@CANARY")]
    public void WhatFollowsTheHostIsNotTakenForIt(string address)
    {
        Container container = new() { Args = [new($"-o {address}", "args[0]")] };
        Deployment deployment = new() { Resource = new(ResourceKind.Job, "p", "l", "n"), Entry = new("", "", null, "", AuditLogKind.SystemEvent), Containers = [container] };

        var match = Assert.IsType<Verdict.Malicious>(Assert.Single(new CryptominingCommands().Judge(deployment, IndicatorSet.Empty))).Match;

        Assert.Contains(match.Evidence, evidence => evidence.Text.Contains("pool.example.com", StringComparison.Ordinal));
        Assert.DoesNotContain(match.Evidence, evidence => evidence.Text.Contains("CANARY", StringComparison.Ordinal));
    }
}
