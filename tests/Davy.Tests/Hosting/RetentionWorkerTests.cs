using Davy.Findings;
using Davy.Server.Hosting;
using Davy.Storage;
using Davy.Tests.Findings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Davy.Tests.Hosting;

public sealed class RetentionWorkerTests() : KeptFindingsTests(DatabaseKind.Sqlite)
{
    [Fact]
    public async Task AWorkerWhoseHostDoesNotStartEndsWithoutAFault()
    {
        await Store.MergeAsync(SomeKept.New("old"), Cancel);
        Time.Advance(TimeSpan.FromDays(1_000));
        using RetentionWorker worker = new(new Retention(Database, new(), Time), Time, NullLogger<RetentionWorker>.Instance);
        await worker.StartAsync(Cancel);
        while ((await new FindingLists(Database).ListAsync(new(), Cancel)).Findings.Count > 0) await Task.Yield();

        worker.Dispose();

        await worker.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }
}
