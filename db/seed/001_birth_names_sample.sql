-- Ten rows to draw charts from. It stands alone, and running it again changes nothing.
CREATE SCHEMA IF NOT EXISTS examples;

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

INSERT INTO examples.birth_names (name, gender, state, year, num) VALUES
    ('Emily', 'girl', 'CA', 2000, 2958),
    ('Michael', 'boy', 'NY', 2001, 1732),
    ('Hannah', 'girl', 'TX', 2002, 1246),
    ('Jacob', 'boy', 'CA', 2003, 2694),
    ('Madison', 'girl', 'FL', 2004, 1195),
    ('Ethan', 'boy', 'TX', 2005, 1478),
    ('Emma', 'girl', 'NY', 2006, 1083),
    ('Daniel', 'boy', 'CA', 2007, 3124),
    ('Isabella', 'girl', 'FL', 2008, 1687),
    ('Anthony', 'boy', 'TX', 2010, 1321)
ON CONFLICT (name, gender, state, year) DO UPDATE SET num = excluded.num;
