namespace Davy.Google;

/// <summary>A token that lets a request pass for a while. It never shows itself.</summary>
/// <param name="Value">What stands behind <c>Bearer</c>.</param>
/// <param name="ExpiresAt">When it ends.</param>
sealed record AccessToken(string Value, DateTimeOffset ExpiresAt)
{
    /// <inheritdoc/>
    public override string ToString() => $"access token until {ExpiresAt:O}";
}
