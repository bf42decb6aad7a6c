namespace Davy.Google;

/// <summary>Where Google's services are.</summary>
static class GoogleUrls
{
    /// <summary>Where tokens are had (https://developers.google.com/identity/protocols/oauth2).</summary>
    public const string Token = "https://oauth2.googleapis.com/token";
}
