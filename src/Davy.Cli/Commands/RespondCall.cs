using System.CommandLine;
using Davy.Cli.Client;
using Davy.Cli.Output;
using Davy.Google;
using Davy.Images;
using Davy.Indicators;
using Davy.Outbound;
using Davy.Reports;
using Davy.Responses;

namespace Davy.Cli.Commands;

/// <summary>One run of a command of <c>davy respond</c>: who asks Cloud Run, and what judges.</summary>
sealed class RespondCall : IDisposable
{
    readonly ServerSettings _server;
    readonly GoogleSettings _google;
    IndicatorSet? _indicators;
    GoogleCredentials? _credentials;
    HttpClient? _http;
    WorkloadReader? _reader;
    ServerClient? _client;
    RecordDelivery? _delivery;

    RespondCall(ParseResult parsed, Terminal terminal, TimeProvider clock, ServerSettings server, GoogleSettings google, ResponseSettings settings)
    {
        (_server, _google) = (server.WithFiles(), google);
        (Parsed, Terminal, Clock, Settings) = (parsed, terminal, clock, settings);
    }

    /// <summary>The command line.</summary>
    public ParseResult Parsed { get; }

    /// <summary>Where its words go.</summary>
    public Terminal Terminal { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Where files are.</summary>
    public ResponseSettings Settings { get; }

    /// <summary>Reads workloads. It is made when it is asked for, so that what is wrong with the command line is told before what is wrong with credentials.</summary>
    /// <exception cref="CredentialException">There are no credentials.</exception>
    public WorkloadReader Reader => _reader ??= MakeReader();

    /// <summary>The lists.</summary>
    public IndicatorSet Indicators => _indicators ??= IndicatorSet.Default.With(Parsed.GetValue(ScanOptions.Indicators)!.Select(IndicatorFile.Read));

    /// <summary>How Google is reached.</summary>
    public GoogleSettings Google => _google;

    /// <summary>How images are looked into; null where that was not asked for.</summary>
    /// <exception cref="UsageException">Something that was said of it cannot be used.</exception>
    public ScanInspection? Inspection => InspectOptions.Of(Parsed, Indicators, _google.Credentials, Clock);

    /// <summary>Who asks Google.</summary>
    /// <exception cref="CredentialException">There are no credentials.</exception>
    public GoogleApi GoogleApi => new(_http ??= OutboundGuard.Client(_google.Outbound), Credentials, Clock);

    /// <summary>Whether a davyd is named.</summary>
    public bool HasServer => (Parsed.GetValue(ConnectionOptions.Server) ?? _server.Address) != "";

    /// <summary>Under whose credentials.</summary>
    public string Who => Credentials.Who;

    GoogleCredentials Credentials => _credentials ??= NodeOptions.Find(Parsed, _google, Clock);

    /// <summary>Makes a command that speaks to Cloud Run.</summary>
    public static Command Make(Command command, Terminal terminal, TimeProvider clock, ServerSettings server, GoogleSettings google, ResponseSettings settings, Func<RespondCall, CancellationToken, Task<int>> run, params string[] examples)
    {
        foreach (var option in RespondOptions.Reading.Concat(RespondOptions.Keeping)) command.Options.Add(option);
        command.SetAction(parsed =>
        {
            using Interruption interrupt = new();
            try
            {
                using RespondCall call = new(parsed, terminal, clock, server, google, settings);
                return call.RunAsync(run, interrupt.Token).GetAwaiter().GetResult();
            }
            catch (GuardException fault)
            {
                terminal.Error.WriteLine($"davy: nothing was changed. The guard '{fault.Guard}' holds: {TextSanitizer.Clean(fault.Message, 1_000)}");
                WriteDifference(fault.Difference, terminal.Error);
                return ExitCode.Failed;
            }
            catch (Exception fault) when (fault is GoogleApiException or CredentialException or UnauthorizedAccessException or UnreadableFileException or IOException)
            {
                throw new UsageException(TextSanitizer.Clean(fault.Message, 1_000));
            }
            catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
            {
                terminal.Error.WriteLine("davy: interrupted. 'davy respond history' tells what was done.");
                return ExitCode.Interrupted;
            }
        });
        HelpExamples.AddTo(command, terminal, examples);
        return command;
    }

    /// <summary>The folder of records.</summary>
    public static string Records(ParseResult parsed, ResponseSettings settings) =>
        parsed.GetValue(RespondOptions.Records) ?? (settings.Records != "" ? settings.Records : throw new UsageException("it is not known where records are kept: say --records FOLDER."));

    /// <summary>The davyd that keeps findings.</summary>
    /// <exception cref="UsageException">None is named.</exception>
    /// <exception cref="ServerException">It cannot be used.</exception>
    public FindingsApi Api() => Findings().Api;

    /// <summary>Asks davyd for a finding.</summary>
    /// <param name="text">Its name or id.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="UsageException">It is none, or no davyd is named.</exception>
    /// <exception cref="ServerException">It is not kept there, or the server cannot be used.</exception>
    public async Task<ReportedFinding> FindingAsync(string text, CancellationToken cancel)
    {
        var findings = Findings();
        return RespondFinding.Of(await findings.Api.FindAsync(findings.Finding(text), cancel));
    }

    /// <summary>Whose findings are looked through: what is named, else what is given.</summary>
    /// <param name="otherwise">The organisation, folder or project where none is named.</param>
    /// <exception cref="UsageException">Several are named.</exception>
    public string Node(string otherwise) =>
        _server.Parent == "" && Parsed.GetValue(FindingsOptions.Organization) is null && Parsed.GetValue(FindingsOptions.Folder) is null && Parsed.GetValue(FindingsOptions.Project) is null ? otherwise : Findings().Node();

    /// <summary>Opens the record, and tells what was broken off.</summary>
    public async Task<ResponseJournal> JournalAsync(CancellationToken cancel)
    {
        var folder = Records(Parsed, Settings);
        var journal = ResponseJournal.Open(folder, Clock);
        try
        {
            Deliver(journal, folder, cancel);
            foreach (var record in await Reconciliation.RunAsync(Reader.Admin, journal, Clock, cancel))
            {
                Terminal.Error.WriteLine($"davy: the response {record.Id} to {record.Resource.AdminName} was broken off. What Cloud Run says of it now:");
                foreach (var (what, outcome) in record.Steps) Terminal.Error.WriteLine($"  {outcome}: {TextSanitizer.Clean(what, 500)}");
                await RespondFinding.MarkAsync(this, record, cancel);
            }

            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    async Task<int> RunAsync(Func<RespondCall, CancellationToken, Task<int>> run, CancellationToken cancel)
    {
        try
        {
            return await run(this, cancel);
        }
        finally
        {
            await FinishAsync(cancel);
        }
    }

    /// <summary>Has the record sent to the davyd that is named, line by line; where that cannot be, the response goes on, for the folder has the record.</summary>
    void Deliver(ResponseJournal journal, string folder, CancellationToken cancel)
    {
        if (!HasServer) return;
        try
        {
            Api();
            _delivery = new(_client!, folder);
            _delivery.Begin(journal, cancel);
        }
        catch (Exception fault) when (fault is ServerException or UnreadableFileException or IOException or UnauthorizedAccessException)
        {
            NotDelivered(fault.Message);
        }
    }

    async Task FinishAsync(CancellationToken cancel)
    {
        if (_delivery is null) return;
        try
        {
            await _delivery.FinishAsync(cancel);
        }
        catch (Exception fault) when (fault is ServerException or UnreadableFileException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            NotDelivered(fault is OperationCanceledException ? "the command was interrupted." : fault.Message);
        }
    }

    void NotDelivered(string why) => Terminal.Error.WriteLine($"davy: not all of the record was delivered to davyd: {TextSanitizer.Clean(why, 1_000)} It is whole in the folder, and the next 'davy respond' apply, undo or history delivers it.");

    /// <summary>Says what was changed.</summary>
    /// <param name="all">The places.</param>
    /// <param name="output">Where it goes.</param>
    public static void WriteDifference(IReadOnlyList<JsonDifference> all, TextWriter output)
    {
        foreach (var difference in all)
        {
            if (difference.Before != "") output.WriteLine($"  - {TextSanitizer.Clean(difference.Path)}: {TextSanitizer.Clean(difference.Before, 500)}");
            if (difference.After != "") output.WriteLine($"  + {TextSanitizer.Clean(difference.Path)}: {TextSanitizer.Clean(difference.After, 500)}");
        }
    }

    /// <summary>Who gives the word; a terminal is asked for what was not said.</summary>
    /// <param name="name">What has to be typed.</param>
    public ResponseOrder Order(string name)
    {
        var reason = Parsed.GetValue(RespondOptions.Reason) ?? "";
        var confirmation = Parsed.GetValue(RespondOptions.Confirm);
        if (confirmation is null && Terminal.InIsTerminal)
        {
            Terminal.Error.Write($"Type {name} to confirm: ");
            using StreamReader input = new(Terminal.OpenIn());
            confirmation = input.ReadLine()?.Trim();
        }

        if (confirmation is null) throw new GuardException("confirmation", $"nothing was typed to confirm; say --confirm {name}.");
        var policy = Parsed.GetValue(RespondOptions.Policy) is { } file ? ResponsePolicy.Read(file) : File.Exists(Settings.Policy) ? ResponsePolicy.Read(Settings.Policy) : ResponsePolicy.Nothing;
        return new() { Confirmation = confirmation, Reason = reason, Who = Who, Policy = policy };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client?.Dispose();
        _http?.Dispose();
        _credentials?.Dispose();
    }

    FindingsCall Findings() => new(new(Parsed, Terminal, _client ??= ConnectionOptions.Connect(Parsed, _server, Clock), _server));

    WorkloadReader MakeReader()
    {
        var upstreams = Parsed.GetValue(ScanOptions.Upstreams) is { } file ? Upstreams.Read(file) : Upstreams.None;
        CloudRunAdmin admin = new(GoogleApi, _google.Endpoints.CloudRun, Clock);
        return new(admin, Indicators, upstreams);
    }
}
