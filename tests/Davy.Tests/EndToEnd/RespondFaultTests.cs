using Davy.Responses;
using Davy.Tests.Fakes;

namespace Davy.Tests.EndToEnd;

/// <summary>The program dies at each call of a response, before the call arrives and after: what is on the disk at that moment is all that the next start has.</summary>
public sealed class RespondFaultTests : RespondTrial
{
    int _found;

    [Theory]
    [InlineData("replace")]
    [InlineData("stop")]
    public async Task WhereverItDiesTheRecordTellsTheTruthAndNothingIsRepeated(string action)
    {
        string plan;
        int calls;
        await using (var whole = await FakeCloudRun.StartAsync())
        {
            plan = Planned(whole, FakeCloudRun.Service, action);
            var before = whole.Http.Requests.Count;
            Assert.Equal(0, Apply(whole, plan).Code);
            calls = whole.Http.Requests.Count - before;
        }

        Assert.InRange(calls, 10, 60);
        _found = 0;
        for (var at = 0; at < calls; at += TestLength.Of(whole: 1, quick: 4))
        {
            await DieAsync(action, plan, at, hasArrived: false);
            await DieAsync(action, plan, at, hasArrived: true);
        }

        Assert.NotEqual(0, _found);
    }

    async Task DieAsync(string action, string plan, int at, bool hasArrived)
    {
        var where = $"{action}, call {at}, {(hasArrived ? "after" : "before")}";
        await using var fake = await FakeCloudRun.StartAsync();
        if (Directory.Exists(Records)) Directory.Delete(Records, recursive: true);
        Dictionary<string, byte[]>? disk = null;
        var seen = -1;
        FakeAnswer? Die()
        {
            disk = Directory.GetFiles(Records, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).ToDictionary(file => file, Bytes);
            return new(0, "");
        }

        // What the program does once it is dead counts for nothing.
        fake.Before = request => disk is not null ? FakeAnswer.Error(403, "PERMISSION_DENIED", "Dead.") : ++seen == at && !hasArrived ? Die() : null;
        fake.After = request => seen == at && hasArrived && disk is null ? Die() : null;
        Apply(fake, plan);
        Assert.True(fake.Http.Requests.GroupBy(request => request.Target).All(group => group.Count(request => request.Method is "PATCH" or "DELETE") <= 1), $"{where}: a call was sent twice");
        Assert.True(disk is not null, where);
        (fake.Before, fake.After) = (_ => null, _ => null);
        Directory.Delete(Records, recursive: true);
        foreach (var (file, bytes) in disk!)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        }

        var done = fake.Changes.ToList();
        var again = Apply(fake, plan);
        var reading = ResponseJournal.Read(Records);
        Assert.Empty(reading.Faults);
        if (ResponseRecord.Of(reading.Entries) is { Count: > 0 } records && records[^1] is { Result: not "verified" } broken)
        {
            _found++;
            Assert.Contains($"the response {broken.Id} to {FakeCloudRun.Service} was broken off", again.Error, StringComparison.Ordinal);
            Assert.True(broken.Steps.Count(step => step.Outcome == "done") == done.Count && broken.Steps.All(step => step.Outcome != "unknown"), $"{where}: {string.Join("; ", broken.Steps)}; done: {string.Join("; ", done)}");
        }

        // What the first plan cannot finish any more, because half of it is done, a new one can.
        if (again.Code != 0 && fake.Objects.Any(each => each.Key.StartsWith(FakeCloudRun.Service, StringComparison.Ordinal) && each.Value.ToJsonString().Contains("xmrig", StringComparison.Ordinal)) && done.Count < (action == "stop" ? 1 : 2))
        {
            var next = Apply(fake, Planned(fake, FakeCloudRun.Service, action));
            Assert.True(next.Code == 0, $"{where}: {next.Out}{next.Error}");
        }

        Assert.Equal(done, fake.Changes.Take(done.Count));
        if (action == "stop") Assert.Single(fake.Changes);
        else Assert.Single(fake.Changes, change => change.StartsWith("DELETE", StringComparison.Ordinal));
    }

    static byte[] Bytes(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
