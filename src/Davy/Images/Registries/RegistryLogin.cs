namespace Davy.Images.Registries;

/// <summary>A user name and a password or token for one registry. It never shows itself.</summary>
/// <param name="User">The user name.</param>
/// <param name="Password">The password.</param>
public sealed record RegistryLogin(string User, string Password)
{
    /// <summary>Who it is, without the password.</summary>
    /// <returns>The user name.</returns>
    public override string ToString() => $"login of {User}";
}
