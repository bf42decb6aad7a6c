using Davy.CloudRun;
using Davy.Detection;
using Davy.Indicators;

namespace Davy.Tests.Watching;

/// <summary>A detector with a fault: it throws where a deployment's resource has a name that begins with <c>poison</c>.</summary>
sealed class FaultyDetector : IDetector
{
    public string Category => "Test: Faulty";

    public string Rule => "faulty";

    public string Tactic => "EXECUTION";

    public string Technique => "DEPLOY_CONTAINER";

    public string TechniquePage => "https://example.com/";

    public IEnumerable<Verdict> Judge(Deployment deployment, IndicatorSet indicators) =>
        deployment.Resource.Name.StartsWith("poison", StringComparison.Ordinal) ? throw new NotSupportedException("It quotes hunter2.") : [];
}
