-- Where the example data lives, and where the tool notes which files a database has.
CREATE SCHEMA IF NOT EXISTS examples;

-- The tool creates this table itself where it is missing; here it can be read.
CREATE TABLE IF NOT EXISTS public.schema_migrations (
    kind text NOT NULL CHECK (kind IN ('migration', 'seed')),
    filename text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    applied_by text NOT NULL,
    duration_ms bigint NOT NULL DEFAULT 0,
    statements_done integer NOT NULL DEFAULT 0,
    done_checksum text NOT NULL DEFAULT '',
    complete boolean NOT NULL DEFAULT false,
    PRIMARY KEY (kind, filename)
);
