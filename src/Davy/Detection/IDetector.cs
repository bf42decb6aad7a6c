using Davy.CloudRun;
using Davy.Indicators;

namespace Davy.Detection;

/// <summary>Judges a deployment: a pure function of the deployment and the indicators, without I/O, time or chance.</summary>
public interface IDetector
{
    /// <summary>The category of its findings, as Security Command Center names it.</summary>
    string Category { get; }

    /// <summary>The rule's name in <c>sourceProperties.detectionCategory.ruleName</c>, and the first part of a finding's identity.</summary>
    string Rule { get; }

    /// <summary>The tactic of MITRE ATT&amp;CK, in Security Command Center's spelling: <c>EXECUTION</c>.</summary>
    string Tactic { get; }

    /// <summary>The technique of MITRE ATT&amp;CK, in Security Command Center's spelling: <c>DEPLOY_CONTAINER</c>.</summary>
    string Technique { get; }

    /// <summary>The technique's page at attack.mitre.org.</summary>
    string TechniquePage { get; }

    /// <summary>Judges each container by itself.</summary>
    /// <param name="deployment">What was deployed.</param>
    /// <param name="indicators">What is known to be bad.</param>
    /// <returns>A verdict a container or matter.</returns>
    IEnumerable<Verdict> Judge(Deployment deployment, IndicatorSet indicators);
}
