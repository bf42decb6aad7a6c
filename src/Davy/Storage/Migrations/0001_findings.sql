-- Everything that is kept. One text for SQLite and PostgreSQL; {identity}, {text} and {bytes} are the words in which they differ (see Migrations.cs).
-- Moments are bigint: nanoseconds since 1970 where a name ends in _time, milliseconds where it ends in _at. 0 and '' stand for "not told", so that both databases
-- sort and compare alike.

CREATE TABLE sources (
    source_id {text} NOT NULL PRIMARY KEY,
    parent {text} NOT NULL,
    display_name {text} NOT NULL,
    description {text} NOT NULL,
    policy {text} NOT NULL,
    policy_etag {text} NOT NULL,
    created_at bigint NOT NULL,
    UNIQUE (parent, display_name)
);

-- Which nodes (organizations/1, folders/2, projects/3, projects/an-id) stand above a finding's lowest node, that node among them.
CREATE TABLE ancestors (
    scope {text} NOT NULL,
    node {text} NOT NULL,
    PRIMARY KEY (node, scope)
);

-- What lists filter and sort by stands in columns; each is a copy of exactly one field of the documents, which are the last columns because they are large.
CREATE TABLE findings (
    key {identity},
    source_id {text} NOT NULL REFERENCES sources (source_id),
    finding_id {text} NOT NULL,
    version bigint NOT NULL,
    changed_at bigint NOT NULL,
    event_time bigint NOT NULL,
    create_time bigint NOT NULL,
    scope {text} NOT NULL,
    name {text} NOT NULL,
    parent {text} NOT NULL,
    category {text} NOT NULL,
    state {text} NOT NULL,
    severity {text} NOT NULL,
    mute {text} NOT NULL,
    finding_class {text} NOT NULL,
    resource_name {text} NOT NULL,
    resource_type {text} NOT NULL,
    project {text} NOT NULL,
    project_display_name {text} NOT NULL,
    kind {text} NOT NULL,
    actor {text} NOT NULL,
    marks {text} NOT NULL,
    document json NOT NULL,
    resource json NOT NULL,
    wire {bytes},
    UNIQUE (source_id, finding_id)
);

-- Lists go from the latest event down, so each index ends in event and key, and gives the order too.
CREATE INDEX findings_by_event_time ON findings (event_time, key);
CREATE INDEX findings_by_scope ON findings (scope, event_time, key);
CREATE INDEX findings_by_category ON findings (category, event_time, key);
CREATE INDEX findings_by_state ON findings (state, event_time, key);
CREATE INDEX findings_by_severity ON findings (severity, event_time, key);
CREATE INDEX findings_by_mute ON findings (mute, event_time, key);
CREATE INDEX findings_by_resource_name ON findings (resource_name, event_time, key);
CREATE INDEX findings_by_project ON findings (project, event_time, key);
CREATE INDEX findings_by_project_display_name ON findings (project_display_name, event_time, key);
CREATE INDEX findings_by_kind ON findings (kind, event_time, key);
CREATE INDEX findings_by_actor ON findings (actor, event_time, key);
-- For counts and groups, which read no row where the index has it all.
CREATE INDEX findings_counted ON findings (category, state, severity, mute);

CREATE TABLE mute_configs (
    name {text} NOT NULL PRIMARY KEY,
    parent {text} NOT NULL,
    type {text} NOT NULL,
    filter {text} NOT NULL,
    description {text} NOT NULL,
    most_recent_editor {text} NOT NULL,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    expiry_time bigint NOT NULL
);
CREATE INDEX mute_configs_by_parent ON mute_configs (parent, name);

-- One row: how far the dynamic mute configs were applied to what is kept. wanted > done means that there is work, from the key in reached on.
CREATE TABLE mute_sweep (
    id bigint NOT NULL PRIMARY KEY,
    wanted bigint NOT NULL,
    done bigint NOT NULL,
    doing bigint NOT NULL,
    reached bigint NOT NULL,
    expiry_done bigint NOT NULL
);
INSERT INTO mute_sweep (id, wanted, done, doing, reached, expiry_done) VALUES (1, 0, 0, 0, 0, 0);

CREATE TABLE notification_configs (
    name {text} NOT NULL PRIMARY KEY,
    parent {text} NOT NULL,
    filter {text} NOT NULL,
    description {text} NOT NULL,
    pubsub_topic {text} NOT NULL,
    service_account {text} NOT NULL,
    target {text} NOT NULL,
    update_time bigint NOT NULL
);
CREATE INDEX notification_configs_by_parent ON notification_configs (parent, name);

-- What is to be told, written in the transaction that gave the reason. In order for each config and finding: a row waits for its elders.
CREATE TABLE outbox (
    seq {identity},
    config {text} NOT NULL,
    finding_key bigint NOT NULL,
    created_at bigint NOT NULL,
    attempts bigint NOT NULL,
    due_at bigint NOT NULL,
    claim {text} NOT NULL,
    last_error {text} NOT NULL,
    document json NOT NULL,
    resource json NOT NULL,
    wire {bytes}
);
CREATE INDEX outbox_due ON outbox (config, due_at, seq);
CREATE INDEX outbox_in_order ON outbox (config, finding_key, seq);

CREATE TABLE operations (
    name {text} NOT NULL PRIMARY KEY,
    kind {text} NOT NULL,
    parent {text} NOT NULL,
    request {text} NOT NULL,
    requested_by {text} NOT NULL,
    done bigint NOT NULL,
    error {text} NOT NULL,
    affected bigint NOT NULL,
    reached bigint NOT NULL,
    last_key bigint NOT NULL,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL
);
CREATE INDEX operations_open ON operations (done, create_time, name);

CREATE TABLE doubts (
    key {identity},
    kind {text} NOT NULL,
    subject {text} NOT NULL,
    project {text} NOT NULL,
    detail {text} NOT NULL,
    example {text} NOT NULL,
    place {text} NOT NULL,
    count bigint NOT NULL,
    first_at bigint NOT NULL,
    last_at bigint NOT NULL,
    UNIQUE (kind, subject)
);
CREATE INDEX doubts_by_age ON doubts (last_at, key);

CREATE TABLE rejected_entries (
    key {identity},
    reason {text} NOT NULL,
    detail {text} NOT NULL,
    place {text} NOT NULL,
    seen_at bigint NOT NULL,
    size bigint NOT NULL,
    content {bytes}
);
CREATE INDEX rejected_entries_by_age ON rejected_entries (seen_at, key);

-- What was dropped to stay within a bound, so that a count never lies.
CREATE TABLE dropped (
    what {text} NOT NULL PRIMARY KEY,
    count bigint NOT NULL
);

CREATE TABLE tokens (
    token_id {text} NOT NULL PRIMARY KEY,
    hash {text} NOT NULL UNIQUE,
    role {text} NOT NULL,
    description {text} NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    last_used_at bigint NOT NULL,
    revoked_at bigint NOT NULL
);

-- What a person answered to "was it intended?"; the intended ones are exceptions until their day is over.
CREATE TABLE answers (
    key {identity},
    source_id {text} NOT NULL,
    finding_id {text} NOT NULL,
    intended bigint NOT NULL,
    image {text} NOT NULL,
    resource {text} NOT NULL,
    owner {text} NOT NULL,
    reason {text} NOT NULL,
    expires_day bigint NOT NULL,
    answered_by {text} NOT NULL,
    answered_at bigint NOT NULL,
    withdrawn_at bigint NOT NULL
);
CREATE INDEX answers_by_finding ON answers (source_id, finding_id, key);
CREATE INDEX answers_in_force ON answers (intended, withdrawn_at, expires_day);

-- Small things that all servers of one database share, such as the key that signs page tokens.
CREATE TABLE settings (
    name {text} NOT NULL PRIMARY KEY,
    value {bytes} NOT NULL
);
