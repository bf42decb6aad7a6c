using System.Diagnostics;

namespace Davy.Tests.Conformance;

/// <summary>Google's own clients for Node, unmodified, which <c>.ci/run</c> installs; what needs one is skipped where it is absent.</summary>
static class ClientPackage
{
    /// <summary>The version that is compared with.</summary>
    public const string Version = "9.3.1";

    /// <summary>The version of the client of Pub/Sub.</summary>
    public const string PubsubVersion = "6.3.0";

    /// <summary>The folder whose <c>node_modules</c> holds <c>@google-cloud/security-center</c>.</summary>
    public static string Folder => FolderOf("DAVY_SCC_CLIENT", "security-center", Version);

    /// <summary>The folder whose <c>node_modules</c> holds <c>@google-cloud/run</c>.</summary>
    public static string RunFolder => FolderOf("DAVY_RUN_CLIENT", "run", "4.2.0");

    /// <summary>The folder whose <c>node_modules</c> holds <c>@google-cloud/pubsub</c>.</summary>
    public static string PubsubFolder => FolderOf("DAVY_PUBSUB_CLIENT", "pubsub", PubsubVersion);

    /// <summary>Runs a script of this folder.</summary>
    /// <param name="script">Its file name.</param>
    /// <param name="arguments">Its arguments, after the folder of the package.</param>
    /// <returns>What it said on standard output; it must end well.</returns>
    public static Task<string> RunAsync(string script, params string[] arguments) => RunAsync(script, [], arguments);

    /// <summary>Runs a script of this folder.</summary>
    /// <param name="script">Its file name.</param>
    /// <param name="environment">What else stands in its environment.</param>
    /// <param name="arguments">Its arguments, after the folder of the package.</param>
    /// <returns>What it said on standard output; it must end well.</returns>
    public static Task<string> RunAsync(string script, IReadOnlyList<(string Name, string Value)> environment, params string[] arguments) => RunAsync(Folder, script, environment, arguments);

    /// <summary>Runs a script of this folder.</summary>
    /// <param name="folder">The folder of the package.</param>
    /// <param name="script">Its file name.</param>
    /// <param name="environment">What else stands in its environment.</param>
    /// <param name="arguments">Its arguments, after the folder of the package.</param>
    /// <returns>What it said on standard output; it must end well.</returns>
    public static Task<string> RunAsync(string folder, string script, IReadOnlyList<(string Name, string Value)> environment, params string[] arguments) => NodeAsync(script, environment, [folder, .. arguments]);

    /// <summary>Runs a script of this folder.</summary>
    /// <param name="script">Its file name.</param>
    /// <param name="environment">What else stands in its environment.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it said on standard output; it must end well.</returns>
    public static async Task<string> NodeAsync(string script, IReadOnlyList<(string Name, string Value)> environment, params string[] arguments)
    {
        ProcessStartInfo start = new("node", [RepositoryRoot.File("tests", "Davy.Tests", "Conformance", script), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                // The client's library for credentials would ask a metadata address otherwise.
                ["METADATA_SERVER_DETECTION"] = "none",
                ["GOOGLE_APPLICATION_CREDENTIALS"] = "",
                ["NO_PROXY"] = "127.0.0.1,localhost",
            },
        };

        foreach (var (name, value) in environment) start.Environment[name] = value;

        using Process process = new() { StartInfo = start };
        process.Start();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, $"{script} ended with {process.ExitCode}:\n{await error}\n{await output}");
            return await output;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    static string FolderOf(string variable, string package, string version)
    {
        // RS0030: a test may be told where a tool is; the library may not.
#pragma warning disable RS0030
        var folder = Environment.GetEnvironmentVariable(variable);
#pragma warning restore RS0030
        Assert.SkipWhen(string.IsNullOrEmpty(folder), $"needs {variable}, a folder with npm's @google-cloud/{package}, and node");
        Assert.Contains($"\"version\": \"{version}\"", File.ReadAllText(Path.Combine(folder!, "node_modules", "@google-cloud", package, "package.json")), StringComparison.Ordinal);
        return folder!;
    }
}
