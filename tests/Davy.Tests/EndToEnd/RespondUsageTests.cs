using Davy.Cli.Client;
using Davy.Cli.Commands;

namespace Davy.Tests.EndToEnd;

/// <summary>What is wrong with a command line is told before what is wrong with credentials.</summary>
public sealed class RespondUsageTests
{
    [Theory]
    [InlineData("about what? Name a finding, or say --resource projects/P/locations/L/services/S.", "plan")]
    [InlineData("'x' is no projects/P/locations/L/services/S", "plan", "--resource", "x")]
    [InlineData("/nowhere/plan.json", "apply", "/nowhere/plan.json", "--confirm", "a", "--reason", "b")]
    [InlineData("there is no record of this id", "undo", "x", "--records", "/nowhere")]
    public void AWrongCommandLineIsToldWithoutCredentials(string told, params string[] arguments)
    {
        var run = ProgramRun.Of("", ["respond", .. arguments]);

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderThatIsNoFullPathCountsForNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the variables are of Unix");
        PersonFolders folders = new(new Dictionary<string, string> { ["HOME"] = "/home/alice", ["XDG_STATE_HOME"] = "states", ["XDG_CACHE_HOME"] = "/var/caches" });

        Assert.Equal(("/home/alice/.config", "/home/alice/.local/state", "/var/caches"), (folders.Configuration, folders.State, folders.Cache));
        Assert.Null(new PersonFolders(new Dictionary<string, string> { ["HOME"] = "alice" }).State);
    }
}
