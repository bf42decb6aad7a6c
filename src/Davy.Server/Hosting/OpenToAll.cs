namespace Davy.Server.Hosting;

/// <summary>Marks an end point that needs no caller's name: health, and nothing else.</summary>
sealed class OpenToAll
{
    /// <summary>The mark.</summary>
    public static readonly OpenToAll Mark = new();
}
