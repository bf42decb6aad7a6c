namespace Davy.Indicators;

/// <summary>The lists that come with Davy, inside its assembly.</summary>
static class EmbeddedFile
{
    /// <summary>The content of a list.</summary>
    public static byte[] Read(string name)
    {
        using var stream = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
