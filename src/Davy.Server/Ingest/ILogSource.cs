namespace Davy.Server.Ingest;

/// <summary>Where log entries come from by themselves.</summary>
interface ILogSource
{
    /// <summary>The name that its entries are counted for: <c>pubsub/NAME</c>, <c>files/NAME</c>, …</summary>
    string Name { get; }

    /// <summary>
    /// Takes entries, gives them to the watch and acknowledges them once they are kept, until it is told to stop; then it finishes what it has begun, or gives it back, and returns within seconds.
    /// What it throws is told as its fault, and it is run again after a while.
    /// </summary>
    /// <param name="cancel">Tells it to stop.</param>
    /// <returns>A task.</returns>
    Task RunAsync(CancellationToken cancel);
}

/// <summary>A source as the configuration declares it; checked, not opened.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind, as the configuration calls it.</param>
abstract record SourceDeclaration(string Name, string Kind)
{
    /// <summary>Opens it.</summary>
    /// <param name="services">The program's services.</param>
    /// <returns>Null for one that is not run but called.</returns>
    public abstract ILogSource? Open(IServiceProvider services);
}
