using CsCheck;

namespace Davy.Tests.Responses;

/// <summary>One thing that happens in a project with a miner: to it, behind our back, or by us. Small ranges, so that things meet.</summary>
public abstract record WorldAction
{
    /// <summary>We plan a response.</summary>
    public sealed record Plan(int Workload, int Response, int Image, bool NoIngress) : WorldAction;

    /// <summary>We apply one of the latest plans; in the midst of it somebody else changes something, or we are killed.</summary>
    public sealed record Apply(int Back, bool Confirms, bool HasReason, int MeddleAt, Foreign Meddle, int KillAt) : WorldAction;

    /// <summary>We undo one of the latest responses.</summary>
    public sealed record Undo(int Back, bool Confirms, int KillAt) : WorldAction;

    /// <summary>Somebody else changes something.</summary>
    public sealed record Behind(Foreign What) : WorldAction;

    /// <summary>Time passes.</summary>
    public sealed record Wait(int Minutes) : WorldAction;

    /// <summary>The policy is written anew: 0 allows, 1 allows nothing, 2 denies, 3 stops everything.</summary>
    public sealed record Rewrite(int Kind) : WorldAction;

    /// <summary>An analyst changes the finding: 0 open, 1 closed, 2 muted.</summary>
    public sealed record Triage(int Workload, int Kind) : WorldAction;

    /// <summary>We start again.</summary>
    public sealed record Restart : WorldAction;

    /// <summary>What somebody else does.</summary>
    public sealed record Foreign(int Workload, int Kind);

    /// <summary>How many kinds <see cref="Foreign"/> has.</summary>
    public const int ForeignKinds = 13;

    static readonly Gen<int> AnyWorkload = Gen.Frequency((3, Gen.Const(0)), (1, Gen.Const(1)), (1, Gen.Const(2)));
    static readonly Gen<Foreign> AnyForeign = Gen.Select(AnyWorkload, Gen.Int[0, ForeignKinds - 1], (workload, kind) => new Foreign(workload, kind));
    static readonly Gen<bool> Mostly = Gen.Frequency((14, Gen.Const(true)), (1, Gen.Const(false)));
    static readonly Gen<int> Seldom = Gen.Frequency((7, Gen.Const(-1)), (2, Gen.Int[0, 30]));

    /// <summary>Any action.</summary>
    public static Gen<WorldAction> Any { get; } = Gen.Frequency<WorldAction>(
        (8, Gen.Select(AnyWorkload, Gen.Int[0, 3], Gen.Int[0, 4], Gen.Bool, WorldAction (workload, response, image, ingress) => new Plan(workload, response, image, ingress))),
        (9, Gen.Select(Gen.Frequency((6, Gen.Const(0)), (2, Gen.Int[0, 3])), Mostly, Mostly, Seldom, AnyForeign, Seldom, WorldAction (back, confirms, reason, meddle, foreign, kill) => new Apply(back, confirms, reason, meddle, foreign, kill))),
        (4, Gen.Select(Gen.Int[0, 1], Mostly, Seldom, WorldAction (back, confirms, kill) => new Undo(back, confirms, kill))),
        (4, AnyForeign.Select(WorldAction (foreign) => new Behind(foreign))),
        (2, Gen.Int[1, 35].Select(WorldAction (minutes) => new Wait(minutes))),
        (1, Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[1, 3])).Select(WorldAction (kind) => new Rewrite(kind))),
        (1, Gen.Select(AnyWorkload, Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[1, 2])), WorldAction (workload, kind) => new Triage(workload, kind))),
        (1, Gen.Const<WorldAction>(new Restart())));
}
