-- Indexes and full text search of an export, created after its rows are inserted.
CREATE INDEX items_by_date ON items (date_start);
CREATE INDEX items_by_year ON items (year);
CREATE INDEX items_by_date_kind ON items (date_kind);
CREATE INDEX items_by_language ON items (language);
CREATE INDEX items_by_source ON items (source);
CREATE INDEX items_by_author ON items (author);
CREATE INDEX items_by_section ON items (section);
CREATE INDEX items_by_group ON items ("group");
CREATE INDEX item_countries_by_country ON item_countries (country);
CREATE INDEX item_languages_by_language ON item_languages (language);
CREATE INDEX item_sources_by_item ON item_sources (item);
CREATE INDEX item_sources_by_source ON item_sources (source);
CREATE INDEX fields_by_value ON fields (name, value);
CREATE INDEX former_ids_by_id ON former_ids (id);
CREATE INDEX former_ids_by_item ON former_ids (item);
-- An external content table for full text; triggers update it when items change.
CREATE VIRTUAL TABLE items_fts USING fts5 (
  title, body, content="items", content_rowid="number", tokenize="unicode61 remove_diacritics 2"
);
INSERT INTO items_fts (items_fts) VALUES ('rebuild');
CREATE TRIGGER items_added AFTER INSERT ON items BEGIN
  INSERT INTO items_fts (rowid, title, body) VALUES (new.number, new.title, new.body);
END;
CREATE TRIGGER items_removed AFTER DELETE ON items BEGIN
  INSERT INTO items_fts (items_fts, rowid, title, body) VALUES ('delete', old.number, old.title, old.body);
END;
CREATE TRIGGER items_changed AFTER UPDATE ON items BEGIN
  INSERT INTO items_fts (items_fts, rowid, title, body) VALUES ('delete', old.number, old.title, old.body);
  INSERT INTO items_fts (rowid, title, body) VALUES (new.number, new.title, new.body);
END;
PRAGMA optimize;
