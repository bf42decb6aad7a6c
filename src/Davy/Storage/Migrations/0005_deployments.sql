-- What was deployed, and what callers did to resources: a row an entry. A new indicator is asked of them.
CREATE TABLE deployments (
    key {identity},
    -- The entry's identity, a hash, as in seen_entries.
    entry {text} NOT NULL UNIQUE,
    resource {text} NOT NULL,
    -- The hash of the resource's name, and the operation's as in pending_operations; '' where none is told.
    resource_key {text} NOT NULL,
    operation {text} NOT NULL,
    project {text} NOT NULL,
    at bigint NOT NULL,
    -- Who called, where this entry tells it; '' where it does not.
    principal {text} NOT NULL,
    -- The hash of its images; '' for a call that names none.
    images {text} NOT NULL,
    -- malicious, undecided or clean when it was judged last; '' for a call.
    verdict {text} NOT NULL,
    document {text} NOT NULL,
    seen_at bigint NOT NULL
);
CREATE INDEX deployments_by_resource ON deployments (resource_key, at);
CREATE INDEX deployments_by_operation ON deployments (operation);
CREATE INDEX deployments_by_images ON deployments (images, key);
CREATE INDEX deployments_by_project ON deployments (project, key);
CREATE INDEX deployments_by_age ON deployments (at, key);
