using System.Globalization;

namespace Davy.Benchmarks.Generation;

/// <summary>How the entries of a log are framed.</summary>
public enum LogForm
{
    /// <summary>An entry a line, as a sink writes them.</summary>
    Jsonl,

    /// <summary>One array, without blanks.</summary>
    Array,

    /// <summary>One array, indented by two, as <c>gcloud logging read --format=json</c> prints it.</summary>
    Pretty,
}

/// <summary>What log to make.</summary>
sealed record LogRecipe
{
    /// <summary>How the options are written.</summary>
    public const string Usage = "generate --bytes SIZE [--seed N] [--cloud-run PERCENT | --deployments] [--form jsonl|array|pretty] [--long-entry SIZE]  > FILE    (SIZE: 1000, 10MB, 1GB, 1MiB)";

    /// <summary>How long it becomes at least, in bytes: it ends with the entry that gets there.</summary>
    public long Bytes { get; init; } = 10_000_000;

    /// <summary>The same seed makes the same log.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many entries of a hundred are of Cloud Run.</summary>
    public double CloudRunPercent { get; init; } = 1;

    /// <summary>Every entry tells of a deployment of its own, with its containers.</summary>
    public bool IsOnlyDeployments { get; init; }

    /// <summary>The framing.</summary>
    public LogForm Form { get; init; }

    /// <summary>How long the longest entry is made, in bytes; 0 for no such entry.</summary>
    public int LongEntry { get; init; }

    /// <summary>Reads the options.</summary>
    /// <param name="options">As typed.</param>
    /// <exception cref="FormatException">An option is not known, or its value is not one.</exception>
    public static LogRecipe Parse(ReadOnlySpan<string> options)
    {
        LogRecipe recipe = new();
        for (; options.Length > 0; options = options[1..])
        {
            if (options[0] == "--deployments")
            {
                recipe = recipe with { IsOnlyDeployments = true };
                continue;
            }

            if (options.Length == 1) throw new FormatException($"{options[0]}: not an option, or its value is missing. Usage: {Usage}");
            recipe = (options[0], options[1]) switch
            {
                ("--bytes", var size) => recipe with { Bytes = Size(size) },
                ("--seed", var seed) => recipe with { Seed = ulong.Parse(seed, CultureInfo.InvariantCulture) },
                ("--cloud-run", var percent) => recipe with { CloudRunPercent = double.Parse(percent, CultureInfo.InvariantCulture) },
                ("--form", var form) => recipe with { Form = Enum.Parse<LogForm>(form, ignoreCase: true) },
                ("--long-entry", var size) => recipe with { LongEntry = checked((int)Size(size)) },
                _ => throw new FormatException($"{options[0]}: not an option. Usage: {Usage}"),
            };
            options = options[1..];
        }

        return recipe;
    }

    static long Size(string text)
    {
        foreach (var (unit, factor) in new[] { ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("KB", 1_000L), ("MB", 1_000_000L), ("GB", 1_000_000_000L) })
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)) return checked((long)(decimal.Parse(text[..^unit.Length], CultureInfo.InvariantCulture) * factor));
        }

        return long.Parse(text, CultureInfo.InvariantCulture);
    }
}

/// <summary>What is in a log that was made, and so what a scan of it must say.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Entries">How many entries it has.</param>
/// <param name="CloudRun">How many of them are of Cloud Run.</param>
/// <param name="Deployments">How many of those hold containers.</param>
/// <param name="Findings">How many findings a scan must give.</param>
sealed record LogAnswer(long Bytes, long Entries, long CloudRun, long Deployments, int Findings);
