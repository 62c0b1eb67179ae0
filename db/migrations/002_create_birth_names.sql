-- Births a year by given name: dev reads the table itself, staging and prod the curated view.
CREATE TABLE IF NOT EXISTS examples.birth_names (
    name text NOT NULL,
    gender text NOT NULL CHECK (gender IN ('boy', 'girl')),
    state text NOT NULL,
    year integer NOT NULL,
    num integer NOT NULL CHECK (num >= 0),
    PRIMARY KEY (name, gender, state, year)
);
CREATE INDEX IF NOT EXISTS birth_names_year_idx ON examples.birth_names (year);
CREATE INDEX IF NOT EXISTS birth_names_state_idx ON examples.birth_names (state);

CREATE SCHEMA IF NOT EXISTS reporting;

CREATE OR REPLACE VIEW reporting.birth_names AS
SELECT name, gender, state, year, num
FROM examples.birth_names;

COMMENT ON VIEW reporting.birth_names IS 'Births a year by given name, gender and state';
