using Davy.Findings;
using Davy.Storage;
using Davy.Tests.Storage;

namespace Davy.Tests.Findings;

/// <summary>Tests of what has to do with kept findings: a store of them, with Davy's own source.</summary>
public abstract class KeptFindingsTests(DatabaseKind kind) : StoreTests(kind)
{
    FindingStore? _store;

    protected FindingStore Store => _store!;

    protected override async Task BeginAsync()
    {
        await new SourceStore(Database, Time).EnsureAsync(SomeKept.Source, Cancel);
        _store = new(Database, SomeKept.ReadFilter, Time);
    }

    protected override async Task EndAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
    }
}
