using Davy.Findings;
using Davy.Server.Callers;
using Davy.Server.Hosting;
using Davy.Storage;
using Davy.Tests.Findings;
using Microsoft.Extensions.Logging;

namespace Davy.Tests.Callers;

/// <summary>The administrator's token of the first start.</summary>
public sealed class SetupTokenTests() : KeptFindingsTests(DatabaseKind.Sqlite)
{
    sealed class Lines : ILogger<SetupToken>
    {
        public List<string> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Said.Add(formatter(state, exception));
    }

    readonly Lines _log = new();

    async Task WriteAsync(string folder) => await new SetupToken(new(Database, Time), new() { StateDirectory = folder }, Time, _log).WriteAsync(Cancel);

    [Fact]
    public async Task TheFirstStartWritesOneAndNoLaterStartDoes()
    {
        using TemporaryFolder folder = new();
        var file = folder.File(SetupToken.FileName);

        await WriteAsync(folder.Path);

        Assert.True(TokenText.TryParse(File.ReadAllText(file).TrimEnd(), out var token));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var kept = await new AccessTokenStore(Database, Time).FindAsync(token.Hash(), Cancel);
        Assert.Equal((Roles.Administrator, Time.GetUtcNow().AddDays(30)), (kept!.Role, kept.ExpiresAt));
        Assert.Contains(file, Assert.Single(_log.Said), StringComparison.Ordinal);
        Assert.DoesNotContain(token.Reveal(), _log.Said[0], StringComparison.Ordinal);

        File.Delete(file);
        await WriteAsync(folder.Path);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task WhatLiesThereFromAnotherDatabaseIsReplacedAndALinkNotFollowed()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("precious"), "kept");
        File.CreateSymbolicLink(folder.File(SetupToken.FileName), folder.File("precious"));

        await WriteAsync(folder.Path);

        Assert.Equal("kept", File.ReadAllText(folder.File("precious")));
        Assert.True(TokenText.TryParse(File.ReadAllText(folder.File(SetupToken.FileName)).TrimEnd(), out _));
    }

    [Fact]
    public async Task OfServersThatStartAtOnceOneHasAToken()
    {
        using TemporaryFolder folder = new();
        var folders = Enumerable.Range(0, 4).Select(number => folder.File($"{number}")).ToList();

        await Task.WhenAll(folders.Select(each => Task.Run(() => WriteAsync(each))));

        Assert.Single(folders, each => File.Exists(Path.Combine(each, SetupToken.FileName)));
        Assert.Single(await new AccessTokenStore(Database, Time).ListAsync(Cancel));
    }

    [Fact]
    public async Task OfServersThatStartAtOnceOverOneFolderTheFileIsOfTheOneThatHasTheToken()
    {
        for (var round = 0; round < TestLength.Of(whole: 40, quick: 15); round++)
        {
            using TemporaryFolder folder = new();
            await Made.ExecuteAsync("DELETE FROM tokens", Cancel);
            using Barrier start = new(6);

            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Factory.StartNew(() =>
            {
                start.SignalAndWait(Cancel);
                WriteAsync(folder.Path).GetAwaiter().GetResult();
            }, Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

            Assert.Equal([SetupToken.FileName], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
            Assert.True(TokenText.TryParse(File.ReadAllText(folder.File(SetupToken.FileName)).TrimEnd(), out var token));
            Assert.NotNull(await new AccessTokenStore(Database, Time).FindAsync(token.Hash(), Cancel));
        }
    }

    [Fact]
    public async Task AFolderThatCannotBeWrittenIsTold()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("file"), "");

        var fault = await Assert.ThrowsAsync<OptionException>(() => WriteAsync(folder.File("file")));

        Assert.Contains("--data", fault.Message, StringComparison.Ordinal);
        Assert.Empty(await new AccessTokenStore(Database, Time).ListAsync(Cancel));
    }
}
