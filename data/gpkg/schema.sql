-- Our own tables, beside those of every GeoPackage.
CREATE TABLE kaimen_schema (version INTEGER NOT NULL);
INSERT INTO kaimen_schema VALUES (1);

CREATE TABLE kaimen_layers (
    hash TEXT NOT NULL PRIMARY KEY,
    layer TEXT NOT NULL,
    shape TEXT NOT NULL,
    fields TEXT NOT NULL,    -- JSON: name and type of each column, in order
    row_count INTEGER NOT NULL,
    table_name TEXT UNIQUE   -- none for an empty layer
);

CREATE TABLE kaimen_snapshots (
    put_order INTEGER PRIMARY KEY, -- grows with every put; the largest of a study is current
    id TEXT NOT NULL UNIQUE,
    study TEXT NOT NULL,
    about TEXT NOT NULL,           -- JSON of the study
    imported_at TEXT NOT NULL,     -- RFC 3339, UTC
    min_lon DOUBLE NOT NULL,
    min_lat DOUBLE NOT NULL,
    max_lon DOUBLE NOT NULL,
    max_lat DOUBLE NOT NULL,
    report TEXT NOT NULL           -- JSON of the import's report
);

CREATE TABLE kaimen_snapshot_layers (
    snapshot TEXT NOT NULL REFERENCES kaimen_snapshots(id),
    layer TEXT NOT NULL,
    hash TEXT NOT NULL REFERENCES kaimen_layers(hash),
    PRIMARY KEY (snapshot, layer)
) WITHOUT ROWID;

-- Registered, so that a GIS shows what was imported when; as an attributes
-- table, which also keeps the other tables out of its list.
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)
VALUES ('kaimen_snapshots', 'attributes', 'snapshots', 'what was imported, and when',
        strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));
