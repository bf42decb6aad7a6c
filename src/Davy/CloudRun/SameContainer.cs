namespace Davy.CloudRun;

/// <summary>Tells whether two containers are the same, wherever in the entry they stand.</summary>
sealed class SameContainer : IEqualityComparer<Container>
{
    public static SameContainer Instance { get; } = new();

    public bool Equals(Container? one, Container? other) => ReferenceEquals(one, other) || (one is not null && other is not null
        && one.Name == other.Name && one.Origin == other.Origin && one.Image?.Text == other.Image?.Text && one.Ran?.Text == other.Ran?.Text
        && AreEqual(one.Command, other.Command) && AreEqual(one.Args, other.Args)
        && one.Environment.Count == other.Environment.Count && one.Environment.Zip(other.Environment).All(pair => pair.First.Name == pair.Second.Name && pair.First.Value == pair.Second.Value));

    public int GetHashCode(Container container)
    {
        // All of it: nobody can make many that differ but are alike by their hash, each of which would be compared with every other.
        var hash = new HashCode();
        foreach (var text in (ReadOnlySpan<string?>)[container.Name, container.Image?.Text, container.Ran?.Text]) hash.Add(text);
        foreach (var text in container.Command) hash.Add(text.Text);
        foreach (var text in container.Args) hash.Add(text.Text);
        foreach (var variable in container.Environment) hash.Add((variable.Name, variable.Value));
        return hash.ToHashCode();
    }

    static bool AreEqual(IReadOnlyList<PlacedText> one, IReadOnlyList<PlacedText> other) =>
        one.Count == other.Count && one.Zip(other).All(pair => pair.First.Text == pair.Second.Text);
}
