using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Nodes;
using Davy.Logs;
using Davy.Storage;

namespace Davy.Findings;

/// <summary>The mute and notification configs as they stand in one transaction: what every write of a finding follows.</summary>
sealed class WriteRules
{
    readonly List<Rule<MuteConfig>> _mutes;
    readonly List<Rule<NotificationConfig>> _notifications;

    WriteRules(List<Rule<MuteConfig>> mutes, List<Rule<NotificationConfig>> notifications) => (_mutes, _notifications) = (mutes, notifications);

    /// <summary>Reads the configs. While the transaction lasts nobody changes them.</summary>
    /// <param name="database">The database.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="filters">Reads the filters.</param>
    /// <param name="last">The rules as they stood before; given back where nothing was changed.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<WriteRules> LoadAsync(Database database, DbTransaction transaction, FilterCache filters, WriteRules? last, CancellationToken cancel)
    {
        await database.LockAsync(transaction, DatabaseLock.Rules, alone: false, cancel);

        await using var mutes = transaction.Command($"SELECT {MuteConfigStore.Selected} FROM mute_configs ORDER BY name");
        var muteConfigs = await mutes.ToListAsync(MuteConfigStore.Read, cancel);
        await using var notifications = transaction.Command($"SELECT {NotificationConfigStore.Selected} FROM notification_configs ORDER BY name");
        var notificationConfigs = await notifications.ToListAsync(NotificationConfigStore.Read, cancel);

        if (last is not null && last._mutes.Select(rule => rule.Config).SequenceEqual(muteConfigs) && last._notifications.Select(rule => rule.Config).SequenceEqual(notificationConfigs))
        {
            return last;
        }

        return new(
            [.. muteConfigs.Select(config => new Rule<MuteConfig>(config, config.Parent, filters.Read(config.Filter)))],
            [.. notificationConfigs.Select(config => new Rule<NotificationConfig>(config, config.Parent, filters.Read(config.Filter)))]);
    }

    /// <summary>Mutes as the configs say: static ones where the finding is new, dynamic ones always.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Mute(JsonObject finding, JsonObject resource, FindingNodes nodes, bool isNew, Timestamp now)
    {
        if (_mutes.Count == 0 && finding["muteInfo"] is null) return false;

        var changed = false;
        using Matching matching = new(finding, resource, nodes);
        if (isNew && _mutes.FirstOrDefault(rule => rule.Config.Type is MuteConfigType.Static && matching.Holds(rule)) is { } once)
        {
            Muting.SetStatic(finding, Muting.Muted, once.Config.Name, now);
            changed = true;
        }

        List<string> dynamic = [.. _mutes
            .Where(rule => rule.Config.Type is MuteConfigType.Dynamic && (rule.Config.ExpiryTime is not { } end || now < end) && matching.Holds(rule))
            .Select(rule => rule.Config.Name)];
        return Muting.ApplyDynamic(finding, dynamic, now) || changed;
    }

    /// <summary>Whether there is anybody to tell at all.</summary>
    public bool TellsAny => _notifications.Count > 0;

    /// <summary>Whom to tell of a finding as it stands.</summary>
    public IReadOnlyList<string> Told(JsonObject finding, JsonObject resource, FindingNodes nodes)
    {
        if (_notifications.Count == 0) return [];

        using Matching matching = new(finding, resource, nodes);
        return [.. _notifications.Where(matching.Holds).Select(rule => rule.Config.Name)];
    }

    sealed record Rule<T>(T Config, string Parent, FindingCondition Condition);

    /// <summary>A finding while rules are held against it; read once, and only where a rule is near enough to ask.</summary>
    sealed class Matching(JsonObject finding, JsonObject resource, FindingNodes nodes) : IDisposable
    {
        JsonDocument? _finding;
        JsonDocument? _resource;

        public bool Holds<T>(Rule<T> rule)
        {
            if (!nodes.Below(rule.Parent)) return false;

            _finding ??= JsonDocument.Parse(FindingJsonText.Write(finding));
            _resource ??= JsonDocument.Parse(FindingJsonText.Write(resource));
            return rule.Condition.Matches(_finding.RootElement, _resource.RootElement);
        }

        public void Dispose()
        {
            _finding?.Dispose();
            _resource?.Dispose();
        }
    }
}

/// <summary>Filters by their text, read once.</summary>
sealed class FilterCache(ReadFilter read)
{
    const int Most = 1_000;

    readonly ConcurrentDictionary<string, FindingCondition> _read = new(StringComparer.Ordinal);

    public FindingCondition Read(string text)
    {
        if (_read.Count > Most) _read.Clear();
        return _read.GetOrAdd(text, static (filter, reader) => reader(filter), read);
    }
}
