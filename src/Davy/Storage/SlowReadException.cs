namespace Davy.Storage;

/// <summary>A question that took longer than it may, and was ended.</summary>
/// <param name="longest">How long it might have taken.</param>
public sealed class SlowReadException(TimeSpan longest) : Exception($"The question takes longer than {longest.TotalSeconds:0.#} seconds.");
