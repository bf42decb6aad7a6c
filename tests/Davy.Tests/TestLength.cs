namespace Davy.Tests;

/// <summary>How many cases of a kind are tried: a developer waits for the tests, CI has time for all. <c>DAVY_TEST_WHOLE=1</c> asks for all.</summary>
static class TestLength
{
    /// <summary>How many cases are tried.</summary>
    /// <param name="whole">How many CI tries.</param>
    /// <param name="quick">How many are tried where nothing else is asked for.</param>
    /// <returns>One of the two.</returns>
    public static int Of(int whole, int quick) => IsWhole ? whole : quick;

#pragma warning disable RS0030 // The tests have no Program that could pass it on.
    static bool IsWhole { get; } = Environment.GetEnvironmentVariable("DAVY_TEST_WHOLE") == "1";
#pragma warning restore RS0030
}
