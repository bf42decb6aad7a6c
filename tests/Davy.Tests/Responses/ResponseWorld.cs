using Davy.Google;
using Davy.Images;
using Davy.Indicators;
using Davy.Responses;
using Davy.Tests.Fakes;

namespace Davy.Tests.Responses;

/// <summary>A project with a miner, an analyst and others; each action is done by the product, and judged by <see cref="WorldRules"/>.</summary>
/// <param name="without">The guard that is taken out, by giving the product what the guard could not refuse; empty for none.</param>
sealed class ResponseWorld(string without) : IDisposable
{
    const string Reason = "Mining.";

    static readonly IndicatorSet Indicators = IndicatorSet.Default.With(IndicatorFile.Parse("own", System.Text.Encoding.UTF8.GetBytes(WorldRules.BadDigest + "\n")));
    static readonly ResponsePolicy[] Policies = [new(["acme-prod"], [], false), new([], [], false), new(["acme-prod"], ["acme-prod"], false), new(["acme-prod"], [], true)];

    readonly DirectoryInfo _folder = Directory.Exists("/dev/shm") ? Directory.CreateDirectory($"/dev/shm/davy-test-{Guid.NewGuid():N}") : Directory.CreateTempSubdirectory("davy-test-");
    readonly StandingClock _clock = new();
    readonly FakeCloudRun _fake = FakeCloudRun.InMemory();
    readonly List<PlanMemory> _plans = [];
    readonly List<UndoMemory> _responses = [];
    readonly int[] _findings = new int[WorldRules.Workloads.Length];
    HttpClient _http = null!;
    WorldRules _rules = null!;
    ForeignHands _hands = null!;
    WorkloadReader _reader = null!;
    ResponseJournal _journal = null!;
    int _policy;

    /// <summary>How many responses and undoings went out.</summary>
    public int Sent { get; private set; }

    /// <summary>How many were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>How many times we were killed.</summary>
    public int Killed { get; private set; }

    /// <summary>How many conflicts there were in the midst.</summary>
    public int Met { get; private set; }

    /// <summary>Lives through a sequence.</summary>
    /// <param name="actions">What happens.</param>
    /// <exception cref="BrokenRuleException">Something did not hold.</exception>
    public async Task LiveAsync(IEnumerable<WorldAction> actions)
    {
        _http = new(new InMemoryCloudRun(_fake));
        _rules = new(_fake);
        _hands = new(_fake, _rules);
        _reader = new(new(new GoogleApi(_http, null, _clock), new("http://run.example.com/"), _clock), Indicators, Upstreams.None);
        _journal = ResponseJournal.Open(_folder.FullName, _clock);
        foreach (var action in actions)
        {
            switch (action)
            {
                case WorldAction.Plan plan:
                    await PlanAsync(plan);
                    break;
                case WorldAction.Apply apply when _plans.Count > 0:
                    await ApplyAsync(apply, _plans[^(1 + (apply.Back % _plans.Count))]);
                    break;
                case WorldAction.Undo undo when _responses.Count > 0:
                    await UndoAsync(undo, _responses[^(1 + (undo.Back % _responses.Count))]);
                    break;
                case WorldAction.Behind behind:
                    _hands.Do(behind.What, isMidst: false);
                    break;
                case WorldAction.Wait wait:
                    _clock.Now += TimeSpan.FromMinutes(wait.Minutes);
                    break;
                case WorldAction.Rewrite policy:
                    _policy = policy.Kind;
                    break;
                case WorldAction.Triage finding:
                    _findings[finding.Workload] = finding.Kind;
                    break;
                case WorldAction.Restart:
                    await RestartAsync();
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _journal?.Dispose();
        _http?.Dispose();
        _folder.Delete(recursive: true);
    }

    async Task PlanAsync(WorldAction.Plan action)
    {
        var (name, word) = (WorldRules.Workloads[action.Workload], WorldRules.Responses[action.Response]);
        var image = word == "replace" ? WorldRules.Images[action.Image] : null;
        var essence = _rules.Essence(name, word, image);
        if (await _reader.ReadAsync(WorkloadName.Parse(name)!, CancellationToken.None) is not { } workload)
        {
            Hold(essence is null, "what is there cannot be read");
            return;
        }

        ResponseContext context = new(workload, new() { Image = image, NoIngress = action.NoIngress }, _reader);
        var response = ResponseList.Find(word)!;
        var whyNot = response.WhyNot(context);

        // No ingress at all can be asked for where there is only internal ingress; the rules know the usual one.
        if (word == "close" && action.NoIngress && name == FakeCloudRun.Service) essence ??= (string?)_fake.Objects[name]["ingress"] == "INGRESS_TRAFFIC_INTERNAL_ONLY" ? "close" : null;
        Hold((whyNot is null) == (essence is not null), $"{word} of {name}: '{whyNot}', but the rules say '{essence}'");
        if (essence is null) return;

        var state = _fake.Objects[name];
        _plans.Add(new(ResponsePlan.Make(response, context, _clock.Now, "me@example.com"), action.Workload, word, image, essence, _clock.Now, (string)state["etag"]!, (string)state["uid"]!));
    }

    async Task ApplyAsync(WorldAction.Apply action, PlanMemory plan)
    {
        var name = WorldRules.Workloads[plan.Workload];
        var refused = Holding(plan, action.Confirms, action.HasReason);
        var before = refused is null ? UndoMemory.Of(_fake, name, plan) : null;
        ResponseOrder order = new()
        {
            Confirmation = action.Confirms || without == "confirmation" ? AdminName(name) : "other",
            Reason = action.HasReason || without == "reason" ? Reason : " ",
            Who = "me@example.com",
            Policy = without == "policy" ? Policies[0] : Policies[_policy],
        };
        var given = plan.Plan;
        if (without == "plan-age") given = given with { CreatedAt = _clock.Now };
        if (without == "etag" && _fake.Objects.TryGetValue(name, out var now)) given = given with { Etag = (string)now["etag"]!, Generation = (string)now["generation"]! };
        if (without == "same-workload" && _fake.Objects.TryGetValue(name, out var there)) given = given with { Uid = (string)there["uid"]! };
        if (without == "same-plan" && await _reader.ReadAsync(given.Resource, CancellationToken.None) is { } workload && new ResponseContext(workload, given.Options, _reader) is var context && ResponseList.Find(given.Action)!.WhyNot(context) is null)
        {
            given = given with { StepsHash = ResponseStep.HashOf(ResponseList.Find(given.Action)!.Steps(context)) };
        }

        var watch = await SendAsync(name, action.KillAt, action.KillAt >= 0 ? -1 : action.MeddleAt, action.Meddle, refused, async run =>
        {
            if (without != "finding" && Finding(plan.Workload).Holding(given.Resource) is { } guard) throw guard;
            return await run.ApplyAsync(given, order, CancellationToken.None);
        });
        if (watch.Outcome is not { } outcome || before is null || watch.HasMeddled) return;

        Hold(outcome.Result == "verified", $"{plan.Response} of {name} ended as '{outcome.Result}': {outcome.Why}");
        if (plan.Response == "replace") Hold(!_rules.ListedNow(name).Any(), $"after replace something listed is in {string.Join(", ", _rules.ListedNow(name))}");
        if (plan.Response == "delete") Hold(!_fake.Objects.ContainsKey(name), "after delete it is there");
        _responses.Add(before with { Record = outcome.Record, State = UndoMemory.StateOf(_fake, name), PolicyEtag = (string?)_fake.Policies[name]["etag"] ?? "" });
    }

    async Task UndoAsync(WorldAction.Undo action, UndoMemory response)
    {
        var name = response.Name;
        var refused = Said(action.Confirms, hasReason: true) ?? response.WhyNotUndone(_fake);
        ResponseOrder order = new() { Confirmation = action.Confirms ? AdminName(name) : "other", Reason = Reason, Who = "me@example.com", Policy = Policies[_policy] };
        var watch = await SendAsync(name, action.KillAt, -1, new(0, 0), refused, run => run.UndoAsync(response.Record, order, CancellationToken.None));

        // One that was broken off may have done something; then it is not done again.
        if (watch.Accepted > 0) response.IsUndone = true;
        if (watch.Outcome is not { } outcome) return;
        Hold(outcome.Result == "verified", $"the undoing of {response.Response} of {name} ended as '{outcome.Result}': {outcome.Why}");
        Hold(response.WhyNotRestored(_fake) is var lacks && lacks == "", $"the undoing of {response.Response} of {name} did not restore {lacks}");
    }

    /// <summary>Runs something, watches each call, and holds it against what must be.</summary>
    async Task<CallWatch> SendAsync(string name, int killAt, int meddleAt, WorldAction.Foreign meddle, string? refused, Func<ResponseRun, Task<ResponseOutcome>> run)
    {
        CallWatch watch = new(_fake, name, killAt, meddleAt, () => _hands.Do(meddle, isMidst: true)) { Records = [.. ResponseRecord.Of(_journal.Entries).Select(record => record.Id)] };
        var guard = "";
        try
        {
            watch.Begin();
            watch.Outcome = await run(new(_reader, _journal, _clock));
        }
        catch (GuardException fault)
        {
            guard = fault.Guard;
            Refused++;
        }
        catch (KilledException)
        {
            Killed++;
            watch.End();
            await RestartAsync();
            TellsTheTruth(watch);
        }

        watch.End();
        if (watch.HasMeddled) Met++;
        if (watch.Accepted > 0) Sent++;
        if (refused is not null) Hold(watch.Mutating == 0, $"a call went out for {name}, though {refused}");
        else if (!watch.IsKilled && !watch.HasMeddled) Hold(watch.Accepted > 0, $"nothing went out for {name}, though all guards hold: '{guard}' {watch.Outcome?.Why}");
        if (guard != "") Hold(watch.Accepted == 0, $"the guard {guard} held, and something was changed");
        Hold(watch.Fault == "", watch.Fault);
        return watch;
    }

    /// <summary>What the record says of the steps is what was done; whoever was killed has done all or nothing of each.</summary>
    void TellsTheTruth(CallWatch watch)
    {
        if (ResponseRecord.Of(_journal.Entries).FirstOrDefault(record => !watch.Records.Contains(record.Id)) is not { } record)
        {
            Hold(watch.Accepted == 0, "something was done, and there is no record");
            return;
        }

        Hold(record.Result is "stopped" or "verified", $"the record of what was killed ended as '{record.Result}'");
        Hold(record.Steps.Count(step => step.Outcome == "done") == watch.Accepted, $"the record says {string.Join(", ", record.Steps.Select(step => step.Outcome))}; {watch.Accepted} were done");
    }

    async Task RestartAsync()
    {
        _journal.Dispose();
        _journal = ResponseJournal.Open(_folder.FullName, _clock);
        await Reconciliation.RunAsync(_reader.Admin, _journal, _clock, CancellationToken.None);
        Hold(ResponseRecord.Of(_journal.Entries).All(record => record.Result != ""), "after a start a record is open");
    }

    /// <summary>Why a plan must not go out; null where it must.</summary>
    string? Holding(PlanMemory plan, bool confirms, bool hasReason)
    {
        var name = WorldRules.Workloads[plan.Workload];
        if (Said(confirms, hasReason) is { } said) return said;
        if (_findings[plan.Workload] != 0) return "the finding is closed or muted";
        if (_clock.Now - plan.MadeAt > TimeSpan.FromMinutes(30)) return "the plan is old";
        if (!_fake.Objects.TryGetValue(name, out var now)) return "it is gone";
        if ((string?)now["uid"] != plan.Uid) return "it is another one";
        if ((string?)now["etag"] != plan.Etag) return "it was changed";
        if (!_rules.HasListed(name)) return "nothing listed is in it";
        var essence = _rules.Essence(name, plan.Response, plan.Image);
        if (plan.Plan.Options.NoIngress && plan.Response == "close") essence ??= plan.Essence == "close" ? "close" : null;
        return essence == plan.Essence ? null : $"it would be '{essence}' and not '{plan.Essence}'";
    }

    string? Said(bool confirms, bool hasReason) => !confirms ? "nobody confirmed" : !hasReason ? "there is no reason" : _policy != 0 ? "the policy does not allow it" : null;

    ReportedFinding Finding(int workload) => new()
    {
        Resource = WorkloadName.Parse(WorldRules.Workloads[workload]),
        State = _findings[workload] == 1 ? "INACTIVE" : "ACTIVE",
        Mute = _findings[workload] == 2 ? "MUTED" : "UNDEFINED",
        Category = "Execution: Cryptomining Docker Image",
    };

    static string AdminName(string name) => name[(name.LastIndexOf('/') + 1)..];

    static void Hold(bool holds, string what)
    {
        if (!holds) throw new BrokenRuleException(what);
    }
}

/// <summary>Something that must hold did not.</summary>
/// <param name="message">What.</param>
sealed class BrokenRuleException(string message) : Exception(message);

/// <summary>A plan, and what the rules knew when it was made.</summary>
sealed record PlanMemory(ResponsePlan Plan, int Workload, string Response, string? Image, string Essence, DateTimeOffset MadeAt, string Etag, string Uid);
