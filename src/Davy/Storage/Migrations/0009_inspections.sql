-- The images that are looked into in the background: a row an image, with what waits to be done and what came of it.
CREATE TABLE inspections (
    key {identity},
    -- sha256:… of what ran, else repository:tag.
    image {text} NOT NULL UNIQUE,
    by_digest bigint NOT NULL,
    -- 2 for an image of a finding, 1 for one that was only deployed, 0 for one that nobody wants looked into.
    wanted bigint NOT NULL,
    -- When it is due, or until when the claim of one that is being looked into holds; the greatest number for never.
    due_at bigint NOT NULL,
    claim {text} NOT NULL,
    attempts bigint NOT NULL,
    -- Why the last attempt failed; '' where none did.
    fault {text} NOT NULL,
    -- How many results there were; 0 for none yet.
    result bigint NOT NULL,
    -- Whether a result has not been told to all that use the image, and whether earlier deployments were searched for it.
    untold bigint NOT NULL,
    looked_back bigint NOT NULL,
    -- The hash of lists and program that the result is by.
    judged_by {text} NOT NULL,
    judged_at bigint NOT NULL,
    took_ms bigint NOT NULL,
    verdict {text} NOT NULL,
    document {text} NOT NULL,
    first_at bigint NOT NULL,
    last_at bigint NOT NULL
);
CREATE INDEX inspections_due ON inspections (wanted, due_at);
CREATE INDEX inspections_untold ON inspections (image) WHERE untold = 1;
CREATE INDEX inspections_by_age ON inspections (last_at, key);

-- What uses an image: a deployment ('d' and the entry's identity) or a finding ('f', its source and its id). Told is the result that it knows.
CREATE TABLE inspection_uses (
    image {text} NOT NULL,
    subject {text} NOT NULL,
    reference {text} NOT NULL,
    told bigint NOT NULL,
    seen_at bigint NOT NULL,
    PRIMARY KEY (image, subject)
);
CREATE INDEX inspection_uses_by_age ON inspection_uses (seen_at);
