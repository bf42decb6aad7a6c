using System.Text.Json.Nodes;

namespace Davy.Responses;

/// <summary>What is kept with a record before anything is changed, beside the workload itself: if it cannot be, nothing is changed.</summary>
/// <param name="Name">The file that it is kept in: <c>finding.json</c>.</param>
/// <param name="What">What it is, for a sentence: <c>the finding with its log entries</c>.</param>
/// <param name="GatherAsync">Gathers it; it is given the record's folder, for what is kept beside. It throws <see cref="IOException"/> where it cannot.</param>
public sealed record ResponseEvidence(string Name, string What, Func<string, CancellationToken, Task<JsonObject>> GatherAsync);
