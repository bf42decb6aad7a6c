using System.Text;

namespace Davy.Benchmarks.Generation;

/// <summary>Makes a log that looks like one of a company, and knows what a scan of it must find.</summary>
/// <param name="recipe">What log to make.</param>
sealed class LogGenerator(LogRecipe recipe)
{
    /// <summary>Every hundredth deployment brings a miner; every other one of these is hidden by escapes, as JSON allows.</summary>
    const int DeploymentsAMiner = 100;

    /// <summary>Exact names of the built-in list.</summary>
    static readonly byte[][] Miners =
        [.. new[] { "metal3d/xmrig", "docker.io/docker123321/cron", "index.docker.io/fuhou/borg", "docker.io/gakeaws/mysql", "docker.io/dockerminer/etcd" }.Select(Encoding.UTF8.GetBytes)];

    readonly Chance _chance = new(recipe.Seed);
    readonly EntryText _text = new();
    readonly HashSet<(bool, (int, byte[], int, byte[]?))> _findings = [];
    readonly Queue<Template> _rest = [];
    DateTime _time = new(2026, 1, 10, 0, 0, 0, DateTimeKind.Utc);
    Scene _other = null!;
    Scene _deployment = null!;
    long _deployments;
    long _withContainers;

    /// <summary>Makes the log.</summary>
    /// <param name="output">Where it goes; left open.</param>
    public LogAnswer Write(Stream output)
    {
        (_other, _deployment) = (new(_chance), new(_chance));
        using FramedLog log = new(output, recipe.Form);
        long entries = 0;
        long cloudRun = 0;

        // A deployment whose call alone was seen would be a doubt, so its events are written out.
        for (; log.Bytes < recipe.Bytes || _rest.Count > 0; entries++)
        {
            _text.Clear();
            _time = _time.AddMicroseconds(20_000 + _chance.Below(20_000));
            if (recipe.IsOnlyDeployments || log.Bytes >= recipe.Bytes || _chance.Happens(recipe.CloudRunPercent))
            {
                WriteOfCloudRun();
                cloudRun++;
            }
            else
            {
                _other.Change();
                _other.Time = _time;
                _chance.OneOf(OtherServices.Mix).Write(_text, _other);
            }

            if (entries == 2 && recipe.LongEntry > 0) Lengthen();
            log.Add(_text.Bytes);
        }

        log.Close();
        return new(log.Bytes, entries, cloudRun, _withContainers, _findings.Count);
    }

    /// <summary>The next entry of the deployment that is under way, else the first of another.</summary>
    void WriteOfCloudRun()
    {
        if (_rest.Count == 0) Deploy();
        var template = _rest.Dequeue();
        if (CloudRunEntries.HoldsContainers(template)) _withContainers++;

        _deployment.Time = _time;
        template.Write(_text, _deployment);
        if (_deployment.Miner is not null && _deployments / DeploymentsAMiner % 2 == 1) Hide();
    }

    void Deploy()
    {
        _deployment.Change();
        var isJob = _chance.Happens(20);
        if (++_deployments % DeploymentsAMiner == 2)
        {
            _deployment.Miner = _chance.OneOf(Miners);
            _findings.Add((isJob, _deployment.Identity));
        }

        var templates = isJob ? CloudRunEntries.OfAJob : CloudRunEntries.OfAService;
        if (recipe.IsOnlyDeployments) _rest.Enqueue(templates[1 + _chance.Below(templates.Length - 1)]);
        else foreach (var template in templates) _rest.Enqueue(template);
    }

    /// <summary>Spells what tells of Cloud Run and of the image in other words of JSON.</summary>
    void Hide()
    {
        var hidden = Encoding.UTF8.GetString(_text.Bytes)
            .Replace("run.googleapis.com", @"\u0072un.googleapis.com", StringComparison.Ordinal)
            .Replace("serving.knative.dev", @"serving\u002eknative.dev", StringComparison.Ordinal)
            .Replace("docker.io/", @"docker.io\/", StringComparison.Ordinal);
        _text.Clear();
        _text.Add(Encoding.UTF8.GetBytes(hidden));
    }

    /// <summary>Gives the entry a label that makes it as long as the recipe says.</summary>
    void Lengthen()
    {
        var rest = _text.Bytes[1..].ToArray();
        _text.Clear();
        _text.Add("{\"labels\":{\"note\":\""u8);
        _text.Add(Enumerable.Repeat((byte)'x', Math.Max(0, recipe.LongEntry - rest.Length - _text.Length - 3)).ToArray());
        _text.Add("\"},"u8);
        _text.Add(rest);
    }
}
