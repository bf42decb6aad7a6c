using System.Globalization;
using Davy.Benchmarks.Stores;

if (args is ["store", var database, var count]) await StoreRun.RunAsync(database, int.Parse(count, CultureInfo.InvariantCulture), CancellationToken.None);
else BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Davy.Benchmarks.IndicatorLookup).Assembly).Run(args);
