using Davy.Benchmarks;
using Davy.Benchmarks.Generation;

// The modes that are no benchmarks of BenchmarkDotNet.
switch (args)
{
    case ["generate", .. var options]:
        return Generate(options);
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
