using System.Globalization;
using Davy.Tests.Fakes;

namespace Davy.Tests.Conformance;

/// <summary>The fake of the Cloud Run Admin API is itself held to the contract: Google's own client, unmodified, works against it.</summary>
public sealed class RunClientTests
{
    [Fact]
    public async Task TheClientOfGoogleFindsWhatItExpectsOfTheFake()
    {
        var folder = ClientPackage.RunFolder;
        await using var fake = await FakeCloudRun.StartAsync();
        fake.IsOpen = true;

        var calls = await ClientPackage.NodeAsync("run.mjs", [], folder, fake.Http.Url.Port.ToString(CultureInfo.InvariantCulture));

        Assert.True(int.Parse(calls, CultureInfo.InvariantCulture) >= 20, calls);
        Assert.Equal(8, fake.Changes.Count);
    }
}
