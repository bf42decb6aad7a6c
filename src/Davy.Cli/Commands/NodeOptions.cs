using System.CommandLine;
using Davy.Cli.Client;
using Davy.Google;

namespace Davy.Cli.Commands;

/// <summary>The options that name a part of a Google Cloud organisation, and who asks for it.</summary>
static class NodeOptions
{
    public static readonly Option<string?> Organization = new("--organization") { Description = "The number of an organisation: all its projects.", HelpName = "NUMBER" };

    public static readonly Option<string?> Folder = new("--folder") { Description = "The number of a folder: all its projects.", HelpName = "NUMBER" };

    public static readonly Option<string?> Project = new("--project") { Description = "The id or number of the only project.", HelpName = "PROJECT" };

    public static readonly Option<string?> Credentials = new("--google-credentials")
    {
        Description = "Credentials for Google: a file, or 'metadata' for the account that this machine runs as. Without it: GOOGLE_APPLICATION_CREDENTIALS, else gcloud's own.",
        HelpName = "FILE",
    };

    /// <summary>The node that is named.</summary>
    /// <returns><c>organizations/1</c>, <c>folders/2</c> or <c>projects/p</c>; null where none is.</returns>
    /// <exception cref="UsageException">More than one is named, or one that cannot be.</exception>
    public static string? NodeOf(ParseResult parsed)
    {
        List<string> all = [];
        Add("organizations", parsed.GetValue(Organization), "--organization must be the organisation's number.", isNumber: true);
        Add("folders", parsed.GetValue(Folder), "--folder must be the folder's number.", isNumber: true);
        Add("projects", parsed.GetValue(Project), "--project must be the project's id or number.", isNumber: false);
        return all.Count <= 1 ? all.FirstOrDefault() : throw new UsageException("name one of --organization, --folder and --project.");

        void Add(string kind, string? id, string fault, bool isNumber)
        {
            if (id is null) return;
            all.Add((isNumber ? NodeId.IsNumber(id) : NodeId.IsProject(id)) ? $"{kind}/{id}" : throw new UsageException(fault));
        }
    }

    /// <summary>Who asks Google.</summary>
    /// <exception cref="CredentialException">There are no credentials, or the file is wrong.</exception>
    public static GoogleCredentials Find(ParseResult parsed, GoogleSettings settings, TimeProvider clock) =>
        GoogleCredentials.Find(settings.Credentials.Named(parsed.GetValue(Credentials)), settings.Outbound, clock);
}
