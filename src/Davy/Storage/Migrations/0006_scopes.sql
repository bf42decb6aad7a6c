-- A finding's scope was its lowest node, which findings with other nodes above it shared; so a list below a node had findings that are not below it. Now the scope stands for all
-- nodes of the finding. What is kept gets a scope for each different set of what its nodes are read from; which of these are nodes, the old table tells.
CREATE TABLE moved_findings (
    key bigint NOT NULL PRIMARY KEY,
    first bigint NOT NULL,
    lowest {text} NOT NULL
);
INSERT INTO moved_findings (key, first, lowest)
SELECT f.key,
    min(f.key) OVER (PARTITION BY f.scope, substr(f.name, 1, instr(f.name, '/sources/')), f.project, f.project_display_name,
        CAST(f.resource -> 'gcpMetadata' -> 'folders' AS text), f.resource -> 'gcpMetadata' ->> 'organization', CAST(f.resource -> 'resourcePath' AS text)),
    f.scope
FROM findings f;

CREATE TABLE moved_ancestors (
    scope {text} NOT NULL,
    node {text} NOT NULL
);
INSERT INTO moved_ancestors (scope, node)
SELECT m.lowest || ' ' || m.first, a.node
FROM moved_findings m JOIN findings f ON f.key = m.key JOIN ancestors a ON a.scope = m.lowest
WHERE m.key = m.first AND (a.node = m.lowest
    OR a.node = substr(f.name, 1, instr(f.name, '/sources/') - 1)
    OR a.node = replace(f.project, '//cloudresourcemanager.googleapis.com/', '')
    OR (a.node = 'projects/' || f.project_display_name AND m.lowest LIKE 'projects/%')
    OR a.node = replace(f.resource -> 'gcpMetadata' ->> 'organization', '//cloudresourcemanager.googleapis.com/', '')
    OR EXISTS (SELECT 1 FROM json_each(CASE WHEN json_type(f.resource -> 'gcpMetadata' -> 'folders') = 'array' THEN f.resource -> 'gcpMetadata' ->> 'folders' END, '$') AS e
        WHERE a.node = replace(json(CASE WHEN e.type = 'object' THEN e.value END) ->> 'resourceFolder', '//cloudresourcemanager.googleapis.com/', ''))
    OR EXISTS (SELECT 1 FROM json_each(CASE WHEN json_type(f.resource -> 'resourcePath' -> 'nodes') = 'array' THEN f.resource -> 'resourcePath' ->> 'nodes' END, '$') AS e
        WHERE a.node = replace(json(CASE WHEN e.type = 'object' THEN e.value END) ->> 'id', '//cloudresourcemanager.googleapis.com/', '')));

DELETE FROM ancestors;
INSERT INTO ancestors (scope, node) SELECT scope, node FROM moved_ancestors;
UPDATE findings SET scope = m.lowest || ' ' || m.first FROM moved_findings m WHERE m.key = findings.key;
DROP TABLE moved_ancestors;
DROP TABLE moved_findings;

-- The first page of a list counts all pages. With scope and source in it, this index answers that below a node too, and no row is read.
DROP INDEX findings_counted;
CREATE INDEX findings_counted ON findings (category, state, severity, mute, scope, source_id);

-- Until its own time comes, PostgreSQL would plan by what the tables were; of empty ones it would think that they stay so.
{postgresql}
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM findings) THEN
        ANALYZE ancestors;
        ANALYZE findings;
    END IF;
END $$;
{/postgresql}
