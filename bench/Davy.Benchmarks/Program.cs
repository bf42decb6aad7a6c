using System.Globalization;
using Davy.Benchmarks;
using Davy.Benchmarks.Generation;
using Davy.Benchmarks.Stores;

// The modes that are no benchmarks of BenchmarkDotNet.
switch (args)
{
    case ["generate", .. var options]:
        return Generate(options);
    case ["differential", "--minutes", var minutes]:
        return Compare(TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture)));
    case ["store", var database, var count]:
        await StoreRun.RunAsync(database, int.Parse(count, CultureInfo.InvariantCulture), CancellationToken.None);
        return 0;
    case ["layer", var file]:
        await LayerRun.RunAsync(file, CancellationToken.None);
        return 0;
    case ["literals", var folder]:
        LiteralRun.Write(folder);
        return 0;
    case ["matcher", var file]:
        LiteralRun.Search(file);
        return 0;
    default:
        BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(IndicatorLookup).Assembly).Run(args);
        return 0;
}

static int Generate(ReadOnlySpan<string> options)
{
    try
    {
        using var output = Console.OpenStandardOutput();
        var answer = new LogGenerator(LogRecipe.Parse(options)).Write(output);
        Console.Error.WriteLine($"{answer.Bytes} bytes, {answer.Entries} entries, {answer.CloudRun} of Cloud Run, {answer.Deployments} with containers; a scan must give {answer.Findings} findings");
        return 0;
    }
    catch (FormatException fault)
    {
        Console.Error.WriteLine(fault.Message);
        return 2;
    }
}

// Compares the fast path with the full parse over hostile entries for so long.
static int Compare(TimeSpan time)
{
    Differential differential = new();
    var clock = TimeProvider.System;
    var start = clock.GetTimestamp();
    for (var seed = (ulong)start; clock.GetElapsedTime(start) < time; seed++)
    {
        if (differential.Compare(seed) is not { } difference) continue;

        Console.Error.WriteLine(difference);
        return 1;
    }

    Console.WriteLine($"{differential.Entries} entries, {differential.OfCloudRun} of Cloud Run, {differential.Dismissed} put aside unparsed: 0 differences");
    return 0;
}
