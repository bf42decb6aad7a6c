using Davy.Findings.Filtering;

namespace Davy.Tests.Findings.Filtering;

/// <summary>Masks name fields that are there, in either spelling.</summary>
public sealed class FieldMaskTests
{
    static FieldMask Mask(params string[] paths) => FieldMask.Parse(paths, MessageType.Finding);

    [Fact]
    public void BothSpellingsAndBothWritingsMeanTheSame() =>
        Assert.Equal(["event_time", "access.caller_ip", "source_properties.aB.c"], Mask("eventTime, access.callerIp", "event_time", "source_properties.aB.c").Paths);

    [Fact]
    public void AStarMeansAllAndNothingIsEmpty()
    {
        Assert.True(Mask("*").IsAll);
        Assert.False(Mask("*").IsEmpty);
        Assert.True(Mask().IsEmpty);
        Assert.True(Mask("").IsEmpty);
        Assert.True(Mask("*").Covers("severity"));
        Assert.False(Mask().Covers("severity"));
    }

    [Fact]
    public void AMaskCoversWhatIsBelowItAndTouchesWhatIsAboveIt()
    {
        var mask = Mask("access", "source_properties.size", "sourceProperties.colour");
        Assert.True(mask.Covers("access.caller_ip"));
        Assert.False(mask.Covers("access_of_another_name"));
        Assert.False(mask.Covers("source_properties"));
        Assert.True(mask.Touches("source_properties"));
        Assert.Equal(["size", "colour"], mask.Below("source_properties"));
    }

    [Fact]
    public void MarksAreNamedByTheirKeys() =>
        Assert.Equal(["Team", "a-b"], FieldMask.Parse(["marks.Team,marks.a-b"], MessageType.SecurityMarks).Below("marks"));

    [Theory]
    [InlineData("severity,sevrity", 10, "there is no field 'sevrity' in Finding")]
    [InlineData("access.caller", 8, "there is no field 'caller' in Access")]
    [InlineData("containers.name", 12, "containers is a list")]
    [InlineData("category.x", 10, "category has no fields")]
    [InlineData("access..caller_ip", 8, "expected a name")]
    [InlineData("security_marks.marks.a.b", 24, "marks has no fields")]
    public void APathThatNamesNoFieldIsRefusedInItsPlace(string paths, int column, string expected)
    {
        var error = Assert.Throws<FilterException>(() => Mask(paths));
        Assert.Equal(column, error.Column);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryFieldOfEveryMessageHasBothNames()
    {
        Assert.True(MessageType.Finding.Fields.Count > 60, "The table would be empty.");
        Assert.All(MessageType.Finding.Fields, field => Assert.Same(MessageType.Finding.Field(field.Name), MessageType.Finding.Field(field.JsonName)));
        Assert.Equal("awsMetadata", MessageType.Resource.Field("aws_metadata")!.JsonName);
        Assert.Equal(["STATE_UNSPECIFIED", "ACTIVE", "INACTIVE"], MessageType.Finding.Field("state")!.Values);
        Assert.Equal("Kubernetes.Pod", MessageType.Finding.Field("kubernetes")!.Message!.Field("pods")!.Message!.Name);
    }
}
