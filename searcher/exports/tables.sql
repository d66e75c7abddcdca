-- The tables of an export, created before its rows are inserted.
CREATE TABLE languages (code TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE countries (code TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE items (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  title TEXT,
  body TEXT NOT NULL,
  date_start TEXT,
  date_end TEXT,
  date_kind TEXT,
  year INTEGER,
  language TEXT NOT NULL REFERENCES languages (code),
  languages TEXT NOT NULL,
  countries TEXT NOT NULL,
  url TEXT,
  author TEXT,
  section TEXT,
  source INTEGER NOT NULL REFERENCES sources (number),
  first_line INTEGER NOT NULL,
  last_line INTEGER NOT NULL,
  since INTEGER,
  "group" TEXT,
  more TEXT
);
CREATE TABLE item_countries (
  item INTEGER NOT NULL REFERENCES items (number),
  country TEXT NOT NULL REFERENCES countries (code),
  via TEXT NOT NULL,
  evidence TEXT NOT NULL,
  PRIMARY KEY (item, country)
) WITHOUT ROWID;
CREATE TABLE item_languages (
  item INTEGER NOT NULL REFERENCES items (number),
  language TEXT NOT NULL REFERENCES languages (code),
  PRIMARY KEY (item, language)
) WITHOUT ROWID;
CREATE TABLE item_sources (
  item INTEGER NOT NULL REFERENCES items (number),
  source INTEGER NOT NULL REFERENCES sources (number),
  first_line INTEGER NOT NULL,
  last_line INTEGER NOT NULL
);
CREATE TABLE fields (
  item INTEGER NOT NULL REFERENCES items (number),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (item, name)
) WITHOUT ROWID;
CREATE TABLE former_ids (
  id TEXT NOT NULL,
  item INTEGER NOT NULL REFERENCES items (number)
);
