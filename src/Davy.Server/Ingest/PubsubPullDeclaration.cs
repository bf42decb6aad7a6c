using System.Text.RegularExpressions;
using Davy.Google;
using Davy.Images;
using Davy.Server.Hosting;

namespace Davy.Server.Ingest;

/// <summary>Messages that are pulled from Pub/Sub: <c>{"name": …, "kind": "pubsub-pull", "subscription": "projects/P/subscriptions/S", "messages": 1000, "megabytes": 64}</c>.</summary>
/// <param name="Name">The source's name.</param>
/// <param name="Subscription">The subscription's name.</param>
/// <param name="Messages">How many messages are in work at most, those included that are being asked for.</param>
/// <param name="Megabytes">How many MiB they take at most, as they come.</param>
sealed partial record PubsubPullDeclaration(string Name, string Subscription, int Messages, int Megabytes) : SourceDeclaration(Name, "pubsub-pull")
{
    const int UsualMessages = 1_000;
    const int MostMessages = 4_000;
    const int UsualMegabytes = 64;
    const int LeastMegabytes = PubsubSubscription.MostBytes >> 20;
    const int MostMegabytes = 256;
    const int MostRequests = 4;

    /// <summary>How many requests are under way at a time, each with its share of what may be in work: as many as the longest answer fits in, so that nothing has to be reckoned while they run.</summary>
    public int Requests => Math.Min(MostRequests, Math.Min(Messages, Megabytes / LeastMegabytes));

    /// <summary>Reads one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="json">What the configuration says.</param>
    /// <exception cref="UnreadableFileException">Something is wrong.</exception>
    public static SourceDeclaration Read(string name, LocatedJson json)
    {
        json.Expect("name", "kind", "subscription", "messages", "megabytes");
        var subscription = json.Text("subscription");
        if (!SubscriptionName().IsMatch(subscription)) throw json.Fault($"the subscription '{subscription}' is not of the form projects/PROJECT/subscriptions/NAME");
        return new PubsubPullDeclaration(name, subscription, json.OptionalNumber("messages", UsualMessages, 1, MostMessages), json.OptionalNumber("megabytes", UsualMegabytes, LeastMegabytes, MostMegabytes));
    }

    /// <inheritdoc/>
    public override ILogSource Open(IServiceProvider services)
    {
        var google = services.GetRequiredService<GoogleAccess>();
        var clock = services.GetRequiredService<TimeProvider>();
        PubsubSubscription subscription = new(Subscription, google.PubsubApi, google.PubsubService);
        PubsubIntake intake = new(Name, subscription, services.GetRequiredService<Watch>(), clock, services.GetRequiredService<ILogger<PubsubIntake>>());
        return new PubsubPull(this, subscription, intake, services.GetRequiredService<SourceFaults>(), clock);
    }

    // https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names
    [GeneratedRegex(@"\Aprojects/[a-z0-9](?:[a-z0-9.:-]{0,61}[a-z0-9])?/subscriptions/[A-Za-z][A-Za-z0-9._~+%-]{2,254}\z")]
    private static partial Regex SubscriptionName();
}
