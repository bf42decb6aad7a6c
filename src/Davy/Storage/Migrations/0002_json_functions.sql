-- What filters need of SQLite (https://www.sqlite.org/json1.html, https://www.sqlite.org/lang_corefunc.html) and PostgreSQL lacks, so that one text of SQL serves both.
{postgresql}
-- Byte by byte, as SQLite's collation of that name; upper and lower case are those of ASCII.
CREATE COLLATION "binary" FROM "C";

CREATE FUNCTION instr(whole text, part text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT strpos(whole, part) $$;

CREATE FUNCTION json_type(document json) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE json_typeof(document)
        WHEN 'string' THEN 'text'
        WHEN 'number' THEN CASE WHEN CAST(document AS text) ~ '[.eE]' THEN 'real' ELSE 'integer' END
        WHEN 'boolean' THEN CAST(document AS text)
        ELSE json_typeof(document)
    END
$$;

CREATE TYPE json_row AS (key text COLLATE "binary", value text COLLATE "binary", type text, atom text COLLATE "binary");

-- The members of an object, and with the path '$' the elements of an array: one function each, and each so plain that PostgreSQL plans it as a part of the query.
-- PostgreSQL's own json_each takes json, these take text.
CREATE FUNCTION json_each(document text) RETURNS SETOF json_row LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT member.key, member.value #>> '{}', json_type(member.value),
        CASE WHEN json_typeof(member.value) IN ('object', 'array') THEN NULL ELSE member.value #>> '{}' END
    FROM pg_catalog.json_each(CAST(document AS json)) AS member
$$;

CREATE FUNCTION json_each(document text, path text) RETURNS SETOF json_row LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT NULL, item #>> '{}', json_type(item), CASE WHEN json_typeof(item) IN ('object', 'array') THEN NULL ELSE item #>> '{}' END
    FROM json_array_elements(CAST(document AS json)) AS item
$$;
{/postgresql}
