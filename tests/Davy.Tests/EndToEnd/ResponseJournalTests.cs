using System.Text.Json.Nodes;
using Davy.Responses;

namespace Davy.Tests.EndToEnd;

/// <summary>One program writes the record at a time.</summary>
public sealed class ResponseJournalTests
{
    [Fact]
    public void ASecondWriterIsRefusedAndAReaderIsNot()
    {
        using var folder = new TemporaryFolder();
        using (var first = ResponseJournal.Open(folder.Path, TimeProvider.System))
        {
            Assert.ThrowsAny<IOException>(() => ResponseJournal.Open(folder.Path, TimeProvider.System));
            first.Append("one", "begun", new JsonObject { ["action"] = "stop" });
            Assert.Single(ResponseJournal.Read(folder.Path).Entries);
        }

        using var second = ResponseJournal.Open(folder.Path, TimeProvider.System);
        second.Append("one", "ended", new JsonObject { ["result"] = "verified" });
        Assert.Empty(ResponseJournal.Read(folder.Path).Faults);
    }
}
