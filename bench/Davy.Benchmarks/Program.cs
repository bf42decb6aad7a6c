using System.Globalization;
using Davy.Benchmarks;
using Davy.Benchmarks.Generation;
using Davy.Benchmarks.Stores;

// The modes that are no benchmarks of BenchmarkDotNet.
switch (args)
{
    case ["generate", .. var options]:
        return Generate(options);
    case ["store", var database, var count]:
        await StoreRun.RunAsync(database, int.Parse(count, CultureInfo.InvariantCulture), CancellationToken.None);
        return 0;
    case ["layer", var file]:
        await LayerRun.RunAsync(file, CancellationToken.None);
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
