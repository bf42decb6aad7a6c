using System.Collections.Concurrent;
using Davy.Benchmarks.Generation;

namespace Davy.Tests;

/// <summary>What a scan puts aside on raw bytes is never of Cloud Run, however it is spelled. CI compares a million entries.</summary>
/// <remarks>It takes all processors and all threads of the pool for a minute or two, so that tests beside it would wait for theirs until they give up: it runs alone.</remarks>
[Collection(nameof(FastPathTests))]
[CollectionDefinition(nameof(FastPathTests), DisableParallelization = true)]
public sealed class FastPathTests
{
    const int BatchEntries = 500;

    static readonly long Wanted = TestLength.Of(whole: 1_000_000, quick: 10_000);

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
