-- What the watch remembers from one log entry to the next. Keys are hashes of identities, 32 hexadecimal digits. Each table is bounded, by age and by number of rows.

-- Entries that were kept, so that one which is delivered again is told from a new one.
CREATE TABLE seen_entries (
    key {text} NOT NULL PRIMARY KEY,
    seen_at bigint NOT NULL
);
CREATE INDEX seen_entries_by_age ON seen_entries (seen_at);

-- Operations of which one half was seen: who called (JSON), or '' while only a finding waits to learn it. One row an operation, which whoever comes second waits for.
CREATE TABLE pending_operations (
    key {text} NOT NULL PRIMARY KEY,
    actor {text} NOT NULL,
    seen_at bigint NOT NULL
);
CREATE INDEX pending_operations_by_age ON pending_operations (seen_at);

-- Findings whose caller has yet to come, by operation, with the deployment it is for.
CREATE TABLE pending_findings (
    key {identity},
    operation {text} NOT NULL,
    source_id {text} NOT NULL,
    finding_id {text} NOT NULL,
    occurrence {text} NOT NULL,
    seen_at bigint NOT NULL,
    UNIQUE (operation, source_id, finding_id)
);
CREATE INDEX pending_findings_by_age ON pending_findings (seen_at);

-- Resources that were deployed by a call which names no image, and when their images were told last; a log time each.
CREATE TABLE expected_events (
    key {text} NOT NULL PRIMARY KEY,
    project {text} NOT NULL,
    resource {text} NOT NULL,
    place {text} NOT NULL,
    announced_time bigint NOT NULL,
    shown_time bigint NOT NULL,
    told bigint NOT NULL,
    seen_at bigint NOT NULL
);
CREATE INDEX expected_events_by_age ON expected_events (seen_at);

-- How far a source was read; it moves in the transaction that keeps what was read.
CREATE TABLE cursors (
    name {text} NOT NULL PRIMARY KEY,
    value {text} NOT NULL,
    moved_at bigint NOT NULL
);
