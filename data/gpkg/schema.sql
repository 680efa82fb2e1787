-- The tables every GeoPackage has (OGC 12-128r17, clauses 1.1.2, 1.1.3, 2.1.5, 2.3).
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL,
    definition TEXT NOT NULL,
    description TEXT
);
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('WGS 84', 4326, 'EPSG', 4326,
     'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]',
     'longitude, latitude in degrees'),
    ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', 'plane coordinates of no known system'),
    ('Undefined geographic', 0, 'NONE', 0, 'undefined', 'geographic coordinates of no known system');

CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY,
    data_type TEXT NOT NULL,
    identifier TEXT UNIQUE,
    description TEXT DEFAULT '',
    last_change DATETIME NOT NULL,
    min_x DOUBLE,
    min_y DOUBLE,
    max_x DOUBLE,
    max_y DOUBLE,
    srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id)
);

CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL UNIQUE REFERENCES gpkg_contents(table_name),
    column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys(srs_id),
    z TINYINT NOT NULL,
    m TINYINT NOT NULL,
    PRIMARY KEY (table_name, column_name)
);

CREATE TABLE gpkg_extensions (
    table_name TEXT,
    column_name TEXT,
    extension_name TEXT NOT NULL,
    definition TEXT NOT NULL,
    scope TEXT NOT NULL,
    UNIQUE (table_name, column_name, extension_name)
);

-- Our own.
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
