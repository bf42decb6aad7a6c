using System.Text;
using Davy.Images;
using Davy.Indicators;

namespace Davy.Tests.Indicators;

public sealed class ExceptionFileTests
{
    const string Service = "projects/lab/locations/europe-west1/services/bench";
    const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    static readonly DateOnly Today = new(2026, 12, 31);

    [Theory]
    [InlineData("\"image\": \"acme/bench\"", "acme/bench:v1", Service, true)]
    [InlineData("\"image\": \"mirror.gcr.io/acme/bench\"", "acme/bench", Service, true)]
    [InlineData("\"image\": \"acme/bench\"", "acme/benches", Service, false)]
    [InlineData("\"image\": \"acme/bench\"", null, Service, false)]
    [InlineData("\"image\": \"acme/bench:v1\"", "acme/bench:v1", Service, true)]
    [InlineData("\"image\": \"acme/bench:v1\"", "acme/bench:v2", Service, false)]
    [InlineData("\"image\": \"acme/bench:v1@sha256:" + Hex + "\"", "acme/bench@sha256:" + Hex, Service, true)]
    [InlineData("\"image\": \"acme/bench@sha256:" + Hex + "\"", "acme/bench", Service, false)]
    [InlineData("\"resource\": \"" + Service + "\"", null, Service, true)]
    [InlineData("\"resource\": \"" + Service + "\"", "any/image", Service, true)]
    [InlineData("\"resource\": \"" + Service + "\"", null, "projects/lab/locations/us-east1/services/bench", false)]
    [InlineData("\"resource\": \"" + Service + "\"", null, "//run.googleapis.com/namespaces/lab/services/bench", false)]
    [InlineData("\"resource\": \"//run.googleapis.com/namespaces/lab/services/bench\"", null, Service, true)]
    [InlineData("\"resource\": \"//run.googleapis.com/namespaces/lab/jobs/bench\"", null, Service, false)]
    [InlineData("\"resource\": \"//run.googleapis.com/namespaces/lab/workerpools/w\"", null, "projects/lab/locations/l/workerPools/w", true)]
    [InlineData("\"resource\": \"" + Service + "\"", null, "nonsense", false)]
    [InlineData("\"image\": \"acme/bench\", \"resource\": \"" + Service + "\"", "acme/bench", Service, true)]
    [InlineData("\"image\": \"acme/bench\", \"resource\": \"" + Service + "\"", "acme/other", Service, false)]
    [InlineData("\"image\": \"acme/bench\", \"resource\": \"" + Service + "\"", "acme/bench", "projects/lab/locations/l/services/other", false)]
    public void AnExceptionCoversWhatItNames(string what, string? image, string resource, bool covers)
    {
        var exceptions = Parse($$"""{ "version": 1, "exceptions": [ { {{what}}, "reason": "R", "owner": "O", "expires": "2026-12-31" } ] }""");

        Assert.Equal(covers, exceptions.Covers(image is null ? null : ImageReference.Parse(image), resource, Today) is not null);
    }

    [Fact]
    public void AnExceptionHoldsThroughItsLastDayAndIsToldOfAfterwards()
    {
        var exceptions = Parse("""{ "version": 1, "exceptions": [ { "image": "acme/bench", "reason": "R", "owner": "O", "expires": "2026-12-31" } ] }""");
        var image = ImageReference.Parse("acme/bench");

        Assert.Equal(("R", "O"), exceptions.Covers(image, Service, Today) is { } entry ? (entry.Reason, entry.Owner) : default);
        Assert.Empty(exceptions.Expired(Today));
        Assert.Null(exceptions.Covers(image, Service, Today.AddDays(1)));
        Assert.Single(exceptions.Expired(Today.AddDays(1)));
    }

    [Theory]
    [InlineData("\"reason\": \"R\", \"owner\": \"O\", \"expires\": \"2026-12-31\"", "both missing")]
    [InlineData("\"image\": \"a/b\", \"owner\": \"O\", \"expires\": \"2026-12-31\"", "\"reason\" is missing")]
    [InlineData("\"image\": \"a/b\", \"reason\": \"R\", \"expires\": \"2026-12-31\"", "\"owner\" is missing")]
    [InlineData("\"image\": \"a/b\", \"reason\": \"R\", \"owner\": \"O\"", "\"expires\" is missing")]
    [InlineData("\"image\": \"a/b\", \"reason\": \"R\", \"owner\": \" \", \"expires\": \"2026-12-31\"", "the text is empty")]
    [InlineData("\"image\": \"a/b\", \"reason\": \"R\", \"owner\": \"O\", \"expires\": \"31.12.2026\"", "not a day")]
    [InlineData("\"image\": \"a/b@sha256:0123\", \"reason\": \"R\", \"owner\": \"O\", \"expires\": \"2026-12-31\"", "digest")]
    [InlineData("\"resource\": \"services/s\", \"reason\": \"R\", \"owner\": \"O\", \"expires\": \"2026-12-31\"", "neither projects/")]
    [InlineData("\"resource\": \"projects/p/locations/l/functions/f\", \"reason\": \"R\", \"owner\": \"O\", \"expires\": \"2026-12-31\"", "neither projects/")]
    public void AFaultHasFileAndLine(string what, string word)
    {
        var fault = Assert.Throws<UnreadableFileException>(() => Parse($$"""{ "version": 1, "exceptions": [{{"\n"}} { {{what}} } ] }"""));

        Assert.StartsWith("exceptions.json:2: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(word, fault.Fault, StringComparison.Ordinal);
    }

    static ExceptionFile Parse(string json) => ExceptionFile.Parse("exceptions.json", Encoding.UTF8.GetBytes(json));
}
