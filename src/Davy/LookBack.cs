using System.Security.Cryptography;
using System.Text;
using Davy.Findings;
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
    /// <param name="keep">Keeps what is found.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>How many deployments were found to be malicious.</returns>
    public async Task<int> RunAsync(IndicatorSet indicators, Func<ObservedEntry, Task> keep, CancellationToken cancel)
    {
        SettingStore settings = new(database);
        var list = PrintOf(indicators);
        if (await settings.FindAsync(Setting, cancel) is { } judged && list.AsSpan().SequenceEqual(judged)) return 0;

        var found = 0;
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

    async Task<int> CondemnAsync(string images, Func<ObservedEntry, Task> keep, CancellationToken cancel)
    {
        var (found, after) = (0, 0L);
        while (await deployments.OfImagesAsync(images, after, PageSize, cancel) is { Count: > 0 } page)
        {
            foreach (var each in page.Where(each => each.Verdict != "malicious"))
            {
                var until = await deployments.ReplacedAtAsync(each.Deployment.Resource, each.Deployment.At, images, cancel);
                await keep(await examiner.FoundLaterAsync(examiner.Judge(each.Deployment), new(each.Deployment.At, until), cancel));
                found++;
            }

            after = page[^1].Key;
        }

        await database.WriteAsync(transaction => DeploymentStore.CondemnAsync(transaction, images, cancel), cancel);
        return found;
    }

    /// <summary>What tells one list from another: all that is on it.</summary>
    internal static byte[] PrintOf(IndicatorSet indicators)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var indicator in indicators.Indicators) hash.AppendData(Encoding.UTF8.GetBytes($"{indicator.Kind} {indicator.Reference}\n"));
        return hash.GetHashAndReset();
    }
}
