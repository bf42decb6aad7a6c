using Davy.Findings;
using Davy.Logs;

namespace Davy.Reports;

/// <summary>What the reports are told beside findings and doubts.</summary>
public sealed record ReportOptions
{
    /// <summary>The defaults.</summary>
    public static ReportOptions Default { get; } = new();

    /// <summary>What is known of the projects' places in the organisation.</summary>
    public Ancestry Ancestry { get; init; } = Ancestry.Unknown;

    /// <summary>The source's id in names of findings. Security Command Center's own are digits, and tools look for digits; this one is the year in which Davy's lamp was made.</summary>
    public string SourceId { get; init; } = "1815";

    /// <summary>When the findings were detected, for <c>eventTime</c>; null for the log time of the first evidence, so that the same log gives the same bytes.</summary>
    public Timestamp? DetectedAt { get; init; }

    /// <summary>When the findings were kept, for <c>createTime</c>; null for <see cref="DetectedAt"/>, else the log time of the first evidence.</summary>
    public Timestamp? KeptAt { get; init; }

    /// <summary>
    /// Gives the values of Event Threat Detection (<c>parentDisplayName</c>, <c>findingProviderId</c>) to tools that look for them, and leaves out <c>description</c> and <c>nextSteps</c>.
    /// <c>sourceProperties.properties</c> names Davy all the same.
    /// </summary>
    public bool EtdCompat { get; init; }

    /// <summary>The address of Davy's console, <c>https://davy.example.com</c>, for links to a finding's page; empty where there is none.</summary>
    public string ConsoleUri { get; init; } = "";

    /// <summary>Davy's version.</summary>
    public string DavyVersion { get; init; } = typeof(ReportOptions).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>How tables look.</summary>
    public Style Style { get; init; } = Style.Plain;
}
