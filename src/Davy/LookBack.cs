using System.Security.Cryptography;
using System.Text;
using Davy.Findings;
using Davy.Images;
using Davy.Indicators;
using Davy.Storage;

namespace Davy;

/// <summary>
/// Asks new lists of the deployments that are remembered. Each set of images is judged once; of those that are bad, each deployment that was not becomes a finding. It may be broken off
/// and begun anew at any point: what was found before is not found again.
/// </summary>
sealed class LookBack(WatchExaminer examiner, DeploymentStore deployments, Database database)
{
    const string Setting = "deployments_judged_by";
    const int PageSize = 200;

    /// <summary>Looks back, unless it was done with the same list.</summary>
    /// <param name="indicators">The list, which the examiner has.</param>
    /// <param name="upstreams">The upstreams that its detectors have.</param>
    /// <param name="keep">Keeps what is found.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>How many deployments were found to be malicious.</returns>
    public async Task<PastFound> RunAsync(IndicatorSet indicators, Upstreams upstreams, Func<ObservedEntry, Task> keep, CancellationToken cancel)
    {
        SettingStore settings = new(database);
        var list = PrintOf(indicators, upstreams);
        if (await settings.FindAsync(Setting, cancel) is { } judged && list.AsSpan().SequenceEqual(judged)) return default;

        PastFound found = default;
        var after = "";
        while (await deployments.DistinctAsync(after, PageSize, cancel) is { Count: > 0 } page)
        {
            foreach (var (images, one) in page)
            {
                if (examiner.Judge(one).Findings.Count > 0) found += await CondemnAsync(images, keep, cancel);
            }

            after = page[^1].Images;
        }

        await settings.SetAsync(Setting, list, cancel);
        return found;
    }

    async Task<PastFound> CondemnAsync(string images, Func<ObservedEntry, Task> keep, CancellationToken cancel)
    {
        PastFound found = default;
        var after = 0L;
        while (await deployments.OfImagesAsync(images, after, PageSize, cancel) is { Count: > 0 } page)
        {
            foreach (var each in page.Where(each => each.Verdict != "malicious"))
            {
                var until = await deployments.ReplacedAtAsync(each.Deployment.Resource, each.Deployment.At, images, cancel);
                var entry = await examiner.FoundLaterAsync(examiner.Judge(each.Deployment), new(each.Deployment.At, until), cancel);
                var isExcepted = entry is { Findings.Count: 0, Doubts.Count: 0 };
                if (!isExcepted) await keep(entry);
                found += isExcepted ? new(0, 1) : new(1, 0);
            }

            after = page[^1].Key;
        }

        await database.WriteAsync(transaction => DeploymentStore.CondemnAsync(transaction, images, cancel), cancel);
        return found;
    }

    /// <summary>What tells lists from others: all that is on them.</summary>
    internal static byte[] PrintOf(IndicatorSet indicators, Upstreams upstreams)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var indicator in indicators.Indicators) hash.AppendData(Encoding.UTF8.GetBytes($"{indicator.Kind} {indicator.Reference}\n"));
        foreach (var line in upstreams.Lines) hash.AppendData(Encoding.UTF8.GetBytes($"upstream {line}\n"));
        return hash.GetHashAndReset();
    }
}

/// <summary>What was found among the deployments that are remembered.</summary>
/// <param name="Found">How many are malicious now and were not before; their findings are kept.</param>
/// <param name="Excepted">How many more would be, if their images were not excepted.</param>
public readonly record struct PastFound(int Found, int Excepted)
{
    /// <summary>Both together.</summary>
    /// <param name="one">One.</param>
    /// <param name="other">The other.</param>
    public static PastFound operator +(PastFound one, PastFound other) => new(one.Found + other.Found, one.Excepted + other.Excepted);
}
