namespace Davy.Indicators;

/// <summary>An indicator that an image answers to.</summary>
/// <param name="Indicator">The indicator.</param>
/// <param name="Certainty">How sure it is.</param>
/// <param name="Transformation">How the image as written became what is listed, in words; empty where it was written as listed.</param>
/// <param name="WhyPossible">Why it is only possible; empty where it is certain.</param>
public sealed record IndicatorMatch(Indicator Indicator, Certainty Certainty, string Transformation, string WhyPossible)
{
    /// <summary>
    /// The better match first: certain before possible, a digest before a name, malicious before miner, the narrower scope, the longer reference, the better
    /// source; then by the texts, so that the order never depends on that of the lists' entries.
    /// </summary>
    internal static readonly Comparer<IndicatorMatch> BestFirst = Comparer<IndicatorMatch>.Create((left, right) => Order(left, right));

    internal static IndicatorMatch Of(Indicator indicator, string transformation, params IEnumerable<string> doubts)
    {
        string[] all = [.. doubts.Where(doubt => doubt.Length > 0), .. indicator.Confidence is Confidence.Low ? ["the indicator is of low confidence"] : Array.Empty<string>()];
        return new(indicator, all.Length > 0 ? Certainty.Possible : Certainty.Certain, transformation, string.Join("; ", all));
    }

    static int Order(IndicatorMatch left, IndicatorMatch right)
    {
        var (a, b) = (left.Indicator, right.Indicator);
        return First(
            right.Certainty.CompareTo(left.Certainty),
            (b.Scope is IndicatorScope.Digest).CompareTo(a.Scope is IndicatorScope.Digest),
            a.Kind.CompareTo(b.Kind),
            Narrowness(a.Scope).CompareTo(Narrowness(b.Scope)),
            b.Reference.Length.CompareTo(a.Reference.Length),
            b.Confidence.CompareTo(a.Confidence),
            string.CompareOrdinal(a.Reference, b.Reference),
            string.CompareOrdinal(a.List, b.List),
            left.Transformation.Length.CompareTo(right.Transformation.Length),
            string.CompareOrdinal(left.Transformation, right.Transformation));
    }

    static int First(params ReadOnlySpan<int> orders)
    {
        foreach (var order in orders)
        {
            if (order != 0) return order;
        }

        return 0;
    }

    static int Narrowness(IndicatorScope scope) => scope switch
    {
        IndicatorScope.Digest => 0,
        IndicatorScope.Tag => 1,
        IndicatorScope.Repository => 2,
        IndicatorScope.Prefix => 3,
        _ => 4,
    };
}

/// <summary>What came of one thing that an image may be.</summary>
/// <param name="Tried">What was looked up: a reference, a digest, or a path on any registry.</param>
/// <param name="Transformation">How the image as written became this, in words; empty where it is as written.</param>
/// <param name="Matches">What it answers to, the best first.</param>
/// <param name="WhyNot">Why nothing matched, in words; empty where something did.</param>
public sealed record CandidateOutcome(string Tried, string Transformation, IReadOnlyList<IndicatorMatch> Matches, string WhyNot);
