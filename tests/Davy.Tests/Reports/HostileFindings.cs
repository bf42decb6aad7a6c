using CsCheck;
using Davy.CloudRun;
using Davy.Detection;
using Davy.Findings;
using Davy.Indicators;
using Davy.Inspection;
using Davy.Logs;

namespace Davy.Tests.Reports;

/// <summary>Findings and doubts whose every text is what an attacker would write into a log.</summary>
static class HostileFindings
{
    static readonly string[] Pieces =
    [
        "", "a", "\"", "\\", "'", ",", ";", "\n", "\r\n", "\t", "\0", "\e[2J", "\e]8;;https://evil\a", "\u009B31m", "\u202E", "\u2066", "\u200B", "\uFEFF", "\u00AD", "\u2028", "\u2029",
        "\uD800", "\uDC00", "\U000E0041", "\U0001F600", "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301", "\uE000", "\u3164", "=cmd|' /C calc'!A0", "@SUM(1)", "</script>", "{\"a\":1}", "%0A", "$(id)", "`id`",
        "docker.io/a/b:c", "@sha256:", "//", "..", "日本語", "\uFFFF", "\u0600", new string('x', 300),
    ];

    public static readonly Gen<string> Text = Gen.Int[0, Pieces.Length - 1].Select(at => Pieces[at]).Array[0, 5].Select(string.Concat);

    static readonly Gen<Timestamp?> Moment = Gen.Select(Gen.Bool, Gen.Long[-10_000_000_000, 10_000_000_000], Gen.Int[0, 999_999_999])
        .Select((known, seconds, nanos) => known ? new Timestamp(seconds, nanos) : (Timestamp?)null);

    static readonly Gen<Actor?> Actor =
        from known in Gen.Bool
        from texts in Text.Array[5]
        from basis in Gen.Int[0, 2]
        select known
            ? new Actor { Principal = texts[0], Subject = texts[1], CallerIp = texts[2], UserAgent = texts[3], ServiceAccountKey = texts[4], Basis = (ActorBasis)basis }
            : null;

    static readonly Gen<EntryIdentity> Entry =
        from texts in Text.Array[3]
        from moment in Moment
        from log in Gen.Int[0, 4]
        select new EntryIdentity($"projects/{texts[0]}/logs/{texts[0]}", texts[1], moment, texts[2], (AuditLogKind)log);

    static readonly Gen<Occurrence> Occurrence =
        from texts in Text.Array[6]
        from first in Moment
        from last in Moment
        from actor in Actor
        select new Occurrence
        {
            Id = texts[0],
            Revision = texts[1],
            Digest = texts[2],
            First = first,
            Last = last,
            Actor = actor,
            WhyNoActor = texts[3],
            Client = texts[4],
            ServiceAccount = texts[5],
        };

    static readonly Gen<Match> Match =
        from texts in Text.Array[14]
        from kind in Gen.Int[0, 2]
        from certainty in Gen.Bool
        select new Match
        {
            Certainty = certainty ? Certainty.Certain : Certainty.Possible,
            IsByInspection = certainty && kind == 2,
            Indicator = texts[0],
            Kind = kind == 2 ? null : (IndicatorKind)kind,
            List = texts[1],
            Family = texts[2],
            FirstReported = texts[3],
            Sources = [new(texts[4], texts[5]), new(texts[6], "")],
            Transformation = texts[7],
            WhyPossible = texts[8],
            Place = texts[9],
            Repository = texts[10],
            Evidence = [new(texts[11], texts[12], texts[13])],
        };

    static readonly Gen<InspectedImage> Inspection =
        from texts in Text.Array[9]
        from verdict in Gen.Int[0, Enum.GetValues<ImageVerdict>().Length - 1]
        from isByDigest in Gen.Bool
        select new InspectedImage
        {
            Image = texts[0],
            IsByDigest = isByDigest,
            Verdict = (ImageVerdict)verdict,
            WhyNot = texts[1],
            Evidence =
            [
                new()
                {
                    Kind = EvidenceKind.Script,
                    Role = EvidenceRole.Runs,
                    Points = 4,
                    Place = texts[2],
                    Layer = new(1, null),
                    Signs = [new(texts[3], SignalWeight.Strong, texts[4], 1, 0, [new(texts[5], texts[6])])],
                    Why = texts[7],
                    Member = texts[8],
                },
            ],
        };

    public static readonly Gen<Finding> Findings =
        from texts in Text.Array[16]
        from match in Match
        from evidence in Entry.Array[0, 3]
        from representative in Entry
        from occurrences in Occurrence.Array[0, 3]
        from kind in Gen.Int[0, 3]
        from deleted in Moment
        from history in Moment
        from inspections in Inspection.Array[0, 2]
        select new Finding
        {
            Id = texts[0],
            Category = texts[1],
            Rule = texts[2],
            Tactic = texts[3],
            Technique = texts[4],
            TechniquePage = texts[5],
            Resource = new((ResourceKind)kind, texts[6], texts[7], texts[8]),
            ProjectNumber = texts[9],
            Match = match,
            Containers = [new(texts[10], texts[11], texts[12])],
            Evidence = evidence,
            EvidenceCount = evidence.Length,
            Representative = representative,
            Occurrences = occurrences,
            OccurrenceCount = occurrences.Length,
            DeletedAt = deleted,
            ResourceDeleted = deleted is not null,
            History = history is null ? null : new(texts[13], history, texts[14], 3),
            Inspections = inspections,
            Location = new(texts[15], 1, 0),
        };

    public static readonly Gen<Doubt> Doubts =
        from texts in Text.Array[5]
        from kind in Gen.Int[0, Enum.GetValues<DoubtKind>().Length - 1]
        select new Doubt((DoubtKind)kind, texts[0], texts[1], new(texts[2], 1, 0), texts[3]) { Project = texts[4] };
}
