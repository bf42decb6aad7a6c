using CsCheck;

namespace Davy.Tests.Responses;

/// <summary>
/// Random sequences of plans, applies, undoings, changes behind our back, deaths and waits: no call goes out that a guard forbids, and calls do go out where none does; replace leaves nothing
/// listed; undo restores what was; a record tells the truth. What must hold is decided by <see cref="WorldRules"/>, a second time.
/// </summary>
public sealed class RespondSequenceTests
{
    const int Actions = 12;

    [Fact]
    public async Task NothingGoesOutThatAGuardForbidsAndWhatNoneForbidsDoes()
    {
        var (sent, refused, killed, met) = (0, 0, 0, 0);
        var sequences = TestLength.Of(whole: 10_000, quick: 120);
        await WorldAction.Any.Array[Actions].SampleAsync(async actions =>
        {
            using ResponseWorld world = new("");
            await world.LiveAsync(actions);
            Interlocked.Add(ref sent, world.Sent);
            Interlocked.Add(ref refused, world.Refused);
            Interlocked.Add(ref killed, world.Killed);
            Interlocked.Add(ref met, world.Met);
        }, iter: sequences, print: actions => string.Join('\n', actions.Select(action => $"{action}")));

        // The sequences meet what they are about.
        Assert.True(sent > sequences / 2 && refused > sequences / 4 && killed > sequences / 100 && met > sequences / 100, $"{sent} sent, {refused} refused, {killed} killed, {met} met somebody else");
        TestContext.Current.TestOutputHelper?.WriteLine($"{sequences} sequences: {sent} sent, {refused} refused, {killed} killed, {met} met somebody else");
    }

    [Theory]
    [InlineData("confirmation")]
    [InlineData("reason")]
    [InlineData("policy")]
    [InlineData("plan-age")]
    [InlineData("etag")]
    [InlineData("same-workload")]
    [InlineData("same-plan")]
    [InlineData("finding")]
    public async Task WithoutAGuardItDoesNotHold(string guard)
    {
        var broken = 0;
        for (var round = 0; round < 80 && broken == 0; round++)
        {
            await WorldAction.Any.Array[Actions].SampleAsync(async actions =>
            {
                using ResponseWorld world = new(guard);
                try
                {
                    await world.LiveAsync(actions);
                }
                catch (BrokenRuleException)
                {
                    Interlocked.Increment(ref broken);
                }
            }, iter: 25);
        }

        Assert.NotEqual(0, broken);
    }
}
