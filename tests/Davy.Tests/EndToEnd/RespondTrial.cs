using System.Globalization;
using System.Text;
using Davy.Cli;
using Davy.Cli.Client;
using Davy.Tests.Client;
using Davy.Tests.Fakes;
using Davy.Tests.Google;

namespace Davy.Tests.EndToEnd;

/// <summary>Runs <c>davy respond</c> in this process, with a folder of its own.</summary>
public abstract class RespondTrial : IDisposable
{
    /// <summary>Where plans, the policy and records are.</summary>
    private protected TemporaryFolder Folder { get; } = new();

    /// <summary>What the program takes for the time.</summary>
    private protected TimeProvider Clock { get; set; } = new HurriedClock(TimeSpan.FromSeconds(20));

    /// <summary>The davyd.</summary>
    private protected ServerSettings Server { get; set; } = ServerSettings.None;

    /// <summary>Standard input.</summary>
    private protected string Input { get; set; } = "";

    /// <summary>The folder of records.</summary>
    private protected string Records => Folder.File("records");

    /// <inheritdoc/>
    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs it.</summary>
    private protected (int Code, string Out, string Error) Run(FakeCloudRun fake, params string[] arguments)
    {
        var key = Folder.File("key.json");
        if (!File.Exists(key)) File.WriteAllText(key, SomeCredentials.ServiceAccount("http://127.0.0.1:1/never-asked").ToJsonString());
        if (!File.Exists(Folder.File("policy.json"))) File.WriteAllText(Folder.File("policy.json"), """{"version":1,"allow":["acme-prod"]}""");
        using MemoryStream output = new();
        using StringWriter words = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using StringWriter error = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var code = Program.Run(["respond", .. arguments], new() { Out = words, OpenOut = () => output, Error = error, OpenIn = () => new MemoryStream(Encoding.UTF8.GetBytes(Input)) }, Clock, Server,
            google: new() { Credentials = new() { File = key }, Outbound = SomeCredentials.Loopback, Endpoints = new() { CloudRun = fake.Http.Url, CloudScheduler = fake.Http.Url } },
            responses: new() { Policy = Folder.File("policy.json"), Records = Records });
        return (code, words + Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>Makes a plan; its file.</summary>
    private protected string Planned(FakeCloudRun fake, string resource, string action, params string[] more)
    {
        var file = Folder.File($"plan-{Guid.NewGuid():N}.json");
        var (code, _, error) = Run(fake, ["plan", "--resource", resource, "--action", action, "--output", file, .. more]);
        Assert.True(code == 1, error);
        return file;
    }

    /// <summary>Applies a plan.</summary>
    private protected (int Code, string Out, string Error) Apply(FakeCloudRun fake, string plan, string confirm = "shop", string reason = "Mining.") => Run(fake, "apply", plan, "--confirm", confirm, "--reason", reason);

    /// <summary>The id of the record that an apply told of.</summary>
    private protected static string RecordOf(string text) => text.Split("Record ")[1].Split(':')[0];
}
