-- Which findings of the watch stand on which resource, so that an entry which comes late completes those that it is earlier than. The deployments of such a resource are kept as long
-- as the finding.
CREATE TABLE resource_findings (
    -- As in deployments.
    resource_key {text} NOT NULL,
    source_id {text} NOT NULL,
    finding_id {text} NOT NULL,
    -- The log time from which on no entry of the resource but a deletion tells the finding anything.
    open_until bigint NOT NULL,
    -- What the watch wrote last of what ran before (JSON): where the finding says otherwise, a scan did.
    history {text} NOT NULL,
    PRIMARY KEY (resource_key, source_id, finding_id)
);

-- Whether the entry tells of the resource's deletion.
ALTER TABLE deployments ADD COLUMN deletes bigint NOT NULL DEFAULT 0;
UPDATE deployments SET deletes = 1 WHERE document LIKE '%"isDeletion":true%';
CREATE INDEX deployments_deletions ON deployments (resource_key, at) WHERE deletes = 1;
