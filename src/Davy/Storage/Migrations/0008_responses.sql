-- What was done about findings, as 'davy respond' wrote it down: a row a line of a journal. Rows are only ever added.
CREATE TABLE response_lines (
    key {identity},
    -- The hash of the journal's first line, which tells journals apart, and the line's number in it, from 1.
    journal {text} NOT NULL,
    number bigint NOT NULL,
    -- SHA-256 of the line, 64 hexadecimal digits; the next line has it too.
    hash {text} NOT NULL,
    -- The response and what happened; '' for a line that a crash cut off.
    record {text} NOT NULL,
    what {text} NOT NULL,
    -- Of a line that begins a response: the finding and the resource's name in the Admin API v2; '' elsewhere.
    source_id {text} NOT NULL,
    finding_id {text} NOT NULL,
    resource {text} NOT NULL,
    content {bytes} NOT NULL,
    sent_by {text} NOT NULL,
    seen_at bigint NOT NULL,
    UNIQUE (journal, number)
);
CREATE INDEX response_lines_by_record ON response_lines (record, key);
CREATE INDEX response_lines_by_finding ON response_lines (finding_id, what, key);
CREATE INDEX response_lines_by_resource ON response_lines (resource, what, key);
CREATE INDEX response_lines_by_what ON response_lines (what, key);
