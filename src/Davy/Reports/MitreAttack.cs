namespace Davy.Reports;

/// <summary>A technique of MITRE ATT&amp;CK (https://attack.mitre.org), out of Security Command Center's spelling and the technique's page.</summary>
/// <param name="TacticId">For example <c>TA0002</c>; empty where the tactic is none that we know.</param>
/// <param name="TacticName">For example <c>Execution</c>.</param>
/// <param name="TechniqueId">For example <c>T1610</c> or <c>T1496.001</c>; empty where the page does not tell.</param>
/// <param name="TechniqueName">For example <c>Deploy Container</c>.</param>
sealed record MitreAttack(string TacticId, string TacticName, string TechniqueId, string TechniqueName)
{
    public static MitreAttack Of(string tactic, string technique, string page) => new(TacticIdOf(tactic), Title(tactic), TechniqueIdOf(page), Title(technique));

    static string TacticIdOf(string tactic) => tactic switch
    {
        "RECONNAISSANCE" => "TA0043",
        "RESOURCE_DEVELOPMENT" => "TA0042",
        "INITIAL_ACCESS" => "TA0001",
        "EXECUTION" => "TA0002",
        "PERSISTENCE" => "TA0003",
        "PRIVILEGE_ESCALATION" => "TA0004",
        "DEFENSE_EVASION" => "TA0005",
        "CREDENTIAL_ACCESS" => "TA0006",
        "DISCOVERY" => "TA0007",
        "LATERAL_MOVEMENT" => "TA0008",
        "COLLECTION" => "TA0009",
        "EXFILTRATION" => "TA0010",
        "COMMAND_AND_CONTROL" => "TA0011",
        "IMPACT" => "TA0040",
        _ => "",
    };

    /// <summary><c>https://attack.mitre.org/techniques/T1496/001/</c> is of T1496.001.</summary>
    static string TechniqueIdOf(string page)
    {
        const string Root = "https://attack.mitre.org/techniques/";
        return page.StartsWith(Root, StringComparison.Ordinal) ? page[Root.Length..].Trim('/').Replace('/', '.') : "";
    }

    static string Title(string name) => string.Join(' ', name.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(word => word[..1] + word[1..].ToLowerInvariant()));
}
