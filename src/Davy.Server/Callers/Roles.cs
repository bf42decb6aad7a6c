using System.Collections.Frozen;
using Davy.Server.Hosting;

namespace Davy.Server.Callers;

/// <summary>The roles, and what each may do.</summary>
static class Roles
{
    /// <summary>May do everything.</summary>
    public const string Administrator = "administrator";

    static readonly FrozenDictionary<string, string[]> Policies = new Dictionary<string, string[]>
    {
        ["viewer"] = [MethodPolicies.View],
        ["triager"] = [MethodPolicies.View, MethodPolicies.Triage],
        ["responder"] = [MethodPolicies.View, MethodPolicies.Triage, MethodPolicies.Respond],
        ["ingester"] = [MethodPolicies.Ingest],
        [Administrator] = [.. MethodPolicies.All],
    }.ToFrozenDictionary();

    /// <summary>Their names, the least powerful first.</summary>
    public static readonly IReadOnlyList<string> All = ["viewer", "triager", "responder", "ingester", Administrator];

    /// <summary>What a role may do.</summary>
    /// <param name="role">Its name; one that is unknown (a later program may have kept it) may do nothing.</param>
    public static IReadOnlyList<string> May(string role) => Policies.TryGetValue(role, out var may) ? may : [];

    /// <summary>The roles that may do something.</summary>
    /// <param name="policy">One of <see cref="MethodPolicies.All"/>.</param>
    public static IEnumerable<string> Of(string policy) => All.Where(role => Policies[role].Contains(policy));
}
