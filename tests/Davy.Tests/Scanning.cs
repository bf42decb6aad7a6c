using System.Text;
using Davy.Detection;
using Davy.Images;
using Davy.Indicators;
using Davy.Logs;

namespace Davy.Tests;

/// <summary>Scans of texts, as the program would scan files that hold them.</summary>
static class Scanning
{
    public static LogInput Input(string text, string name = "log") => Input(Encoding.UTF8.GetBytes(text), name);

    public static LogInput Input(byte[] bytes, string name = "log") => new(name, () => new MemoryStream(bytes), bytes.Length, true);

    public static ScanResult Scan(params ReadOnlySpan<string> logs) => Scan(IndicatorSet.Default, logs);

    public static ScanResult Scan(IndicatorSet indicators, params ReadOnlySpan<string> logs)
    {
        List<LogInput> inputs = [];
        foreach (var log in logs) inputs.Add(Input(log, $"log{inputs.Count}"));
        return Scan(indicators, inputs);
    }

    public static ScanResult Scan(IndicatorSet indicators, IReadOnlyList<LogInput> inputs, bool validate = false) =>
        new Scan(new() { Detectors = Detectors.All(Upstreams.None), Indicators = indicators, Today = new(2026, 11, 24), Validate = validate }).Run(inputs, CancellationToken.None);
}
