namespace Davy.Server.Hosting;

/// <summary>Marks an end point whose errors have a form of their own and keep it.</summary>
sealed class OwnErrors
{
    /// <summary>The mark.</summary>
    public static readonly OwnErrors Mark = new();
}
