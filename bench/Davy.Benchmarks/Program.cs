BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Davy.Benchmarks.IndicatorLookup).Assembly).Run(args);
