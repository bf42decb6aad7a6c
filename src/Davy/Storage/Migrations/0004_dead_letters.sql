-- Entries of the watch that were read and failed for good, with their bytes, so that they can be tried again. Bounded by bytes and by age.
CREATE TABLE dead_letters (
    key {identity},
    -- SHA-256 of all bytes, 64 hexadecimal digits: the letter's identity, and how damage is seen.
    hash {text} NOT NULL UNIQUE,
    source {text} NOT NULL,
    place {text} NOT NULL,
    reason {text} NOT NULL,
    detail {text} NOT NULL,
    seen_at bigint NOT NULL,
    size bigint NOT NULL,
    -- How many bytes are kept here: all of them, or none.
    kept bigint NOT NULL,
    attempts bigint NOT NULL,
    attempted_at bigint NOT NULL,
    content {bytes}
);
CREATE INDEX dead_letters_by_age ON dead_letters (seen_at, key);
CREATE INDEX dead_letters_by_source ON dead_letters (source, kept);

-- To whom the bytes of a letter were shown, for they may hold secrets; it is kept when the letter is gone.
CREATE TABLE dead_letter_showings (
    key {identity},
    letter bigint NOT NULL,
    hash {text} NOT NULL,
    shown_to {text} NOT NULL,
    seen_at bigint NOT NULL
);
CREATE INDEX dead_letter_showings_by_age ON dead_letter_showings (seen_at, key);

-- When each source brought its last entry, and the latest of the entries' own times, over restarts and for all servers of this database.
CREATE TABLE watched_sources (
    name {text} NOT NULL PRIMARY KEY,
    since_at bigint NOT NULL,
    last_at bigint NOT NULL,
    newest_time bigint NOT NULL
);
