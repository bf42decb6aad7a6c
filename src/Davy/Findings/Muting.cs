using System.Text.Json.Nodes;
using Davy.Logs;

namespace Davy.Findings;

/// <summary>
/// The rules of muting (https://cloud.google.com/security-command-center/docs/how-to-mute-findings): a static state, set by a person or once by a static config, stands
/// over the dynamic configs; without one, a finding is muted while any dynamic config matches it. <c>muteInfo</c> tells which.
/// </summary>
static class Muting
{
    public const string Muted = "MUTED";
    public const string Unmuted = "UNMUTED";
    public const string Undefined = "UNDEFINED";

    /// <summary>Sets the static state.</summary>
    /// <param name="finding">The finding's document.</param>
    /// <param name="mute">MUTED, UNMUTED or UNDEFINED, which takes the static state away.</param>
    /// <param name="initiator">Who or which config.</param>
    /// <param name="now">The moment.</param>
    public static void SetStatic(JsonObject finding, string mute, string initiator, Timestamp now)
    {
        if (StaticState(finding) == mute && (mute == Undefined || finding.Text("muteInitiator") == initiator)) return;

        Information(finding)["staticMute"] = new JsonObject { ["state"] = mute, ["applyTime"] = now.ToString() };
        if (!Settle(finding, now) && mute != Undefined) finding["muteUpdateTime"] = now.ToString();
        if (mute == Undefined) finding.Remove("muteInitiator");
        else finding["muteInitiator"] = initiator;
    }

    /// <summary>Writes which dynamic configs match, and what follows. A config that matched before keeps its moment.</summary>
    /// <param name="finding">The finding's document.</param>
    /// <param name="configs">The names of those that match.</param>
    /// <param name="now">The moment.</param>
    /// <returns>Whether anything changed.</returns>
    public static bool ApplyDynamic(JsonObject finding, IReadOnlyList<string> configs, Timestamp now)
    {
        var before = finding.At("muteInfo", "dynamicMuteRecords").Objects().ToDictionary(record => record.Text("muteConfig"), record => record.Text("matchTime"));
        if (before.Count == configs.Count && configs.All(before.ContainsKey)) return false;

        if (configs.Count == 0)
        {
            Information(finding).Remove("dynamicMuteRecords");
        }
        else
        {
            Information(finding)["dynamicMuteRecords"] = new JsonArray([.. configs.Select(config => new JsonObject
            {
                ["muteConfig"] = config,
                ["matchTime"] = before.TryGetValue(config, out var moment) ? moment : now.ToString(),
            })]);
        }

        Settle(finding, now);
        return true;
    }

    /// <summary>The field <c>mute</c> of a new finding, whatever its sender wrote.</summary>
    public static void Begin(JsonObject finding)
    {
        finding["mute"] = Undefined;
        finding.Remove("muteInfo");
        finding.Remove("muteInitiator");
        finding.Remove("muteUpdateTime");
    }

    static string StaticState(JsonObject finding) =>
        finding.Text("muteInfo", "staticMute", "state") is var state && state is Muted or Unmuted ? state : Undefined;

    /// <summary>Brings <c>mute</c> in line with <c>muteInfo</c>.</summary>
    static bool Settle(JsonObject finding, Timestamp now)
    {
        var mute = StaticState(finding);
        if (mute == Undefined && finding.At("muteInfo", "dynamicMuteRecords") is JsonArray { Count: > 0 }) mute = Muted;
        if (finding.Text("mute") == mute) return false;

        finding["mute"] = mute;
        finding["muteUpdateTime"] = now.ToString();
        return true;
    }

    static JsonObject Information(JsonObject finding)
    {
        if (finding["muteInfo"] is JsonObject known) return known;

        JsonObject made = [];
        finding["muteInfo"] = made;
        return made;
    }
}
