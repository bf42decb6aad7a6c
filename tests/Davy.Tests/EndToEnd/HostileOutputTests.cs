using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Cli.Commands;
using Davy.Reports;
using Davy.Tests.Reports;

namespace Davy.Tests.EndToEnd;

/// <summary>
/// The hostile set, through the program itself: a log whose every text holds what moves cursors, hides, turns the reading order or begins a formula. Nothing of it reaches a
/// terminal raw, in any format, on either stream, and in a pipe a record stays a line.
/// </summary>
public sealed class HostileOutputTests
{
    /// <summary>What no output may hold: all of C0, DEL and C1, all that Unicode calls a format, the separators of lines and paragraphs, and half pairs.</summary>
    static readonly string[] Poisons =
    [
        "\e[2J\e[31m", "\e]8;;https://evil.example.com\a", "\e]0;title\a", "\e]52;c;AAAA\e\\", "\eP+q\e\\", "\u009B31m", "\u009D0;x\u009C", "\r\n", "\n", "\t", "\b\b\b", "\a", "\0", "\u007F",
        "\u202Egnp", "\u2066", "\u2069", "\u200B", "\u200D", "\uFEFF", "\u00AD", "\u061C", "\u180E", "\u2028", "\u2029", "\U000E0041\U000E007F", "\uFFF9", "\U0001D173", "\U000110BD",
        "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\",\"", "';--", "</script><script>", "{\"a\":1}", "%0A", "$(id)`id`", new string('x', 3_000), "e" + new string('\u0301', 50),
    ];

    static readonly string[] AllOfThem = [.. Poisons, .. EveryControlAndFormat()];

    /// <summary>Every code point that is a control or a format, in texts of twenty.</summary>
    static IEnumerable<string> EveryControlAndFormat() => Enumerable.Range(0, 0x110000).Where(Rune.IsValid).Select(codePoint => new Rune(codePoint))
        .Where(rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format).Chunk(20).Select(chunk => string.Concat(chunk.Select(rune => rune.ToString())));

    /// <summary>A text put into every text of an entry that the judgement can do without; what is left makes it a finding.</summary>
    static string Poisoned(string entry, int number, string poison)
    {
        var root = JsonNode.Parse(entry)!;
        Poison(root, poison);
        root["logName"] = $"projects/p/logs/cloudaudit.googleapis.com%2F{(number % 2 == 0 ? "system_event" : "activity")}";
        root["protoPayload"]!["serviceName"] = "run.googleapis.com";
        return root.ToJsonString();
    }

    static void Poison(JsonNode? node, string poison)
    {
        if (node is JsonArray items)
        {
            for (var index = 0; index < items.Count; index++)
            {
                if (items[index] is JsonValue value && value.GetValueKind() is JsonValueKind.String) items[index] = poison + value.GetValue<string>();
                else Poison(items[index], poison);
            }
        }
        else if (node is JsonObject parts)
        {
            foreach (var (name, part) in parts.ToList())
            {
                if (part is not JsonValue value || value.GetValueKind() is not JsonValueKind.String) Poison(part, poison);
                else if (name is not ("image" or "kind" or "apiVersion" or "@type" or "timestamp" or "serviceName")) parts[name] = value.GetValue<string>() + poison;
            }
        }
    }

    /// <summary>Entries with poison in every field, images that are no references, lines that are no entries, and keys that nobody has seen.</summary>
    static byte[] HostileLog()
    {
        var sample = File.ReadAllLines(RepositoryRoot.File("samples", "sink", "cloudaudit.googleapis.com", "system_event", "2026", "01", "10", "S0.json")).Where(line => line.Contains("metal3d/xmrig", StringComparison.Ordinal)).ToList();
        var log = new StringBuilder();
        foreach (var (number, poison) in AllOfThem.Index())
        {
            log.AppendLine(Poisoned(sample[number % sample.Count], number, poison));
            log.AppendLine(Poisoned(sample[number % sample.Count], 0, poison).Replace("metal3d/xmrig", "metal3d/xmrig:" + JsonEncodedText.Encode(poison), StringComparison.Ordinal));
            log.AppendLine(CultureInfo.InvariantCulture, $$"""{"insertId":"u{{number}}","protoPayload":{"serviceName":"run.googleapis.com","methodName":{{Quoted(poison)}},"response":{ {{Quoted("k" + poison)}}:{{Quoted(poison)}} } } }""");
            log.AppendLine(CultureInfo.InvariantCulture, $"{{broken run.googleapis.com {poison}");
        }

        return Encoding.UTF8.GetBytes(log.ToString());
    }

    static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    /// <summary>Names of files are hostile too, and are told with what is rejected in them.</summary>
    static void WriteFiles(TemporaryFolder folder)
    {
        File.WriteAllBytes(folder.File("a\e[2J\u202E\u009B.json"), HostileLog());
        File.WriteAllText(folder.File("b\n\u200B=1+1"), "{broken run.googleapis.com\n");
    }

    public static TheoryData<string> Formats => [.. ReportFormats.Names];

    [Theory]
    [MemberData(nameof(Formats))]
    public void NothingRawReachesAPipeAndARecordStaysALine(string format)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs names of files that hold controls");
        using var folder = new TemporaryFolder();
        WriteFiles(folder);

        var run = ProgramRun.Of("", "scan", folder.Path, "--format", format, "--summary", ProgramRun.SummaryFile);

        Assert.Equal(ExitCode.Found, run.Code);
        AssertSafe(run.Text.Replace("\r\n", "\n", StringComparison.Ordinal));
        AssertSafe(run.Error);
        var findings = (int)run.Summary["findings"]!;
        Assert.True(findings >= AllOfThem.Length, $"only {findings} findings");
        Assert.True((int)run.Summary["doubts"]! > 20, "The hostile shapes gave no doubts.");
        switch (format)
        {
            case "scc" or "ocsf":
                Assert.Equal(findings, run.Text.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!.AsObject()).Count());
                break;
            case "csv":
                Assert.Equal(findings + 1, run.Text.Split("\r\n").Length - 1);
                Assert.Equal(findings + 1, CsvTable.Parse(run.Text).Count);
                break;
            case "json" or "sarif":
                JsonNode.Parse(run.Text)!.AsObject();
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void NothingRawReachesATerminal(string format)
    {
        var run = ProgramRun.Of(HostileLog(), isTerminal: true, TimeProvider.System, "scan", "-", "--format", format);

        Assert.Equal(ExitCode.Found, run.Code);
        AssertSafe(WithoutOurs(run.Text.Replace("\r\n", "\n", StringComparison.Ordinal)));
        AssertSafe(WithoutOurs(run.Error));
    }

    /// <summary>The built program under a terminal that the kernel makes, as util-linux' <c>script</c> does it.</summary>
    [Theory]
    [MemberData(nameof(Formats))]
    public void NothingRawReachesAPseudoTerminal(string format)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "needs /usr/bin/script of util-linux");
        using var folder = new TemporaryFolder();
        WriteFiles(folder);

        using var script = BuiltProgram.Start("/usr/bin/script", ["-qec", $"'{BuiltProgram.Executable}' scan '{folder.Path}' --format {format}", "/dev/null"], ("TERM", "xterm-256color"), ("NO_COLOR", ""), ("CI", ""));
        var (code, shown, _) = script.End();

        Assert.Equal(ExitCode.Found, code);
        Assert.Contains("findings", shown, StringComparison.Ordinal);
        if (format == "table") Assert.Contains("\e[", shown, StringComparison.Ordinal); // It knows that this is a terminal.
        AssertSafe(WithoutOurs(shown.Replace("\r\r\n", "\n", StringComparison.Ordinal).Replace("\r\n", "\n", StringComparison.Ordinal))); // The terminal adds a CR, also to a CSV's CR LF.
    }

    /// <summary>Every other command that shows what it was given.</summary>
    [Theory]
    [InlineData("indicators", "test")]
    [InlineData("indicators", "show")]
    [InlineData("indicators", "lint")]
    [InlineData("scan")]
    [InlineData("scan", "-", "--indicators")]
    [InlineData("scan", "-", "--format")]
    [InlineData("scan", "-", "--ancestry")]
    [InlineData("scan", "-", "--except")]
    [InlineData("scan", "-", "--upstreams")]
    public void WhatIsGivenToACommandIsShownSafely(params string[] command)
    {
        foreach (var poison in AllOfThem.Where(each => !each.Contains('\0', StringComparison.Ordinal)))
        {
            var run = ProgramRun.Of("", [.. command, "x" + poison]);
            AssertSafe(run.Text);
            AssertSafe(run.Error);
        }
    }

    /// <summary>Takes away the colours that are ours, and no other sequence.</summary>
    static string WithoutOurs(string text)
    {
        // The runtime itself turns the keypad on when it meets a terminal (terminfo's keypad_xmit).
        if (text.StartsWith("\e[?1h\e=", StringComparison.Ordinal)) text = text[7..];
        foreach (var colour in new[] { "\e[1m", "\e[2m", "\e[1;31m", "\e[1;33m", "\e[0m", "\r\e[K" }) text = text.Replace(colour, "", StringComparison.Ordinal);
        return text;
    }

    static void AssertSafe(string text)
    {
        foreach (var (number, line) in text.Split('\n').Index())
        {
            if (!TextSanitizerTests.IsSafe(line)) Assert.Fail($"Line {number + 1}: {TextSanitizer.Clean(line, 2_000)}");
        }
    }
}
