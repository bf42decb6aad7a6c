namespace Davy.Google;

/// <summary>Reads files of credentials, of the kinds that Application Default Credentials have (https://google.aip.dev/auth/4110).</summary>
static class CredentialFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="exchange">Whether a service account's key buys tokens.</param>
    /// <exception cref="CredentialException">It cannot be read, or something in it is wrong.</exception>
    public static TokenSource Read(string path, bool exchange) => Source(CredentialJson.Read(path), exchange, nested: false);

    static TokenSource Source(CredentialJson json, bool exchange, bool nested)
    {
        var quota = json.Optional("quota_project_id");
        if (json.Optional("universe_domain") is { } universe && universe is not "googleapis.com") throw json.Fault("universe_domain", "only googleapis.com is known");

        return json.Text("type") switch
        {
            "authorized_user" => new AuthorizedUser(json) { QuotaProject = quota },
            "service_account" => new ServiceAccount(json, exchange) { QuotaProject = quota },
            "external_account" when json.Has("service_account_impersonation_url") =>
                new Impersonation(new ExternalAccount(json), json.Place, json.Url("service_account_impersonation_url"), []) { QuotaProject = quota },
            "external_account" => new ExternalAccount(json) { QuotaProject = quota },
            "impersonated_service_account" when !nested =>
                new Impersonation(Source(json.Object("source_credentials"), exchange, nested: true), json.Place, json.Url("service_account_impersonation_url"), json.Texts("delegates"))
                {
                    QuotaProject = quota,
                },
            "impersonated_service_account" => throw json.Fault("type", "an account that is spoken for cannot speak for another"),
            "external_account_authorized_user" or "gdch_service_account" => throw json.Fault("type", "this kind of credentials is not known to Davy; use a service account, or gcloud auth application-default login"),
            _ => throw json.Fault("type", "it must be authorized_user, service_account, external_account or impersonated_service_account"),
        };
    }
}
