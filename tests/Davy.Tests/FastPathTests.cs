using System.Collections.Concurrent;
using System.Globalization;
using Davy.Benchmarks.Generation;

namespace Davy.Tests;

/// <summary>What a scan puts aside on raw bytes is never of Cloud Run, however it is spelled. CI compares a million entries: <c>DAVY_DIFFERENTIAL_ENTRIES</c> says how many.</summary>
/// <remarks>It takes all processors and all threads of the pool for a minute or two, so that tests beside it would wait for theirs until they give up: it runs alone.</remarks>
[Collection(nameof(FastPathTests))]
[CollectionDefinition(nameof(FastPathTests), DisableParallelization = true)]
public sealed class FastPathTests
{
    const int BatchEntries = 500;

#pragma warning disable RS0030 // The tests have no Program that could pass it on.
    static readonly long Wanted = long.TryParse(Environment.GetEnvironmentVariable("DAVY_DIFFERENTIAL_ENTRIES"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 10_000;
#pragma warning restore RS0030

    [Fact]
    public void NothingOfCloudRunIsPutAside()
    {
        ConcurrentBag<Differential> all = [];
        Parallel.For(0, (int)((Wanted + BatchEntries - 1) / BatchEntries), () => new Differential(), (batch, _, differential) =>
        {
            Assert.Null(differential.Compare((ulong)batch));
            return differential;
        }, all.Add);

        var entries = all.Sum(each => each.Entries);
        Assert.InRange(entries, Wanted, long.MaxValue);
        Assert.InRange(all.Sum(each => each.OfCloudRun), entries / 5, entries);
        Assert.InRange(all.Sum(each => each.Dismissed), entries / 20, entries);
    }
}
