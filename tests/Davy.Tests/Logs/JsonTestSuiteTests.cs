using System.Text;

namespace Davy.Tests.Logs;

/// <summary>
/// The files of JSONTestSuite (https://github.com/nst/JSONTestSuite), each with what it comes to, recorded in <c>JsonTestSuite.txt</c>: as a log of its own, and as a value in an
/// entry that deploys a listed image and stands between two that do. The suite's own names say what a parser must accept (<c>y_</c>), refuse (<c>n_</c>), or may do either with (<c>i_</c>).
/// </summary>
public sealed class JsonTestSuiteTests
{
    static string[][] Recorded() => [.. File.ReadAllLines(RepositoryRoot.File("tests", "Davy.Tests", "Logs", "JsonTestSuite.txt")).Where(line => !line.StartsWith("//", StringComparison.Ordinal)).Select(line => line.Split(" | "))];

    [Fact]
    public void EveryFileComesToWhatIsRecorded()
    {
        var folder = RepositoryRoot.Shared("data", "peers", "json-test-suite");
        var files = Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(318, files.Count(file => Path.GetFileName(Path.GetDirectoryName(file)) == "test_parsing"));

        Assert.Equal(
            string.Join('\n', Recorded().Select(row => string.Join(" | ", row))),
            string.Join('\n', files.Select(file => $"{Path.GetFileName(file)} | {Outcome.Of(File.ReadAllBytes(file))} | {InAnEntry(file)}")));
    }

    [Fact]
    public void WhatIsRecordedIsWhatTheNamesOfTheFilesAskFor() => Assert.All(Recorded(), row =>
    {
        Assert.Equal(3, row.Length);
        Assert.Matches("^found [23], examined [23]", row[2]); // The entries beside it are found whatever it is.
        if (row[0].StartsWith("y_", StringComparison.Ordinal)) Assert.Equal("found 3, examined 3", row[2]);
        if (row[0].StartsWith("n_", StringComparison.Ordinal)) Assert.Matches("^found 2, examined 2, .*(Malformed|TooDeep|InvalidText)", row[2]);
    });

    static string InAnEntry(string file) => Outcome.Of(
    [
        .. Encoding.UTF8.GetBytes($"{Outcome.Miner(1)}\n{{\"x\":"), .. File.ReadAllBytes(file),
        .. Encoding.UTF8.GetBytes($",{Outcome.Miner(3)[1..]}\n{Outcome.Miner(2)}\n"),
    ]);
}
