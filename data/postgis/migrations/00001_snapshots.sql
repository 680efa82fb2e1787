-- +goose Up
CREATE TABLE layers (
    hash text COLLATE "C" PRIMARY KEY,
    layer text NOT NULL,
    shape text NOT NULL,
    fields text NOT NULL,       -- JSON: name and type of each column, in order
    row_count bigint NOT NULL,
    table_name text UNIQUE      -- none for an empty layer
);

CREATE SEQUENCE put_order;

CREATE TABLE snapshots (
    id text COLLATE "C" PRIMARY KEY,
    study text COLLATE "C" NOT NULL,
    put_order bigint NOT NULL UNIQUE DEFAULT nextval('put_order'), -- the largest of a study is current
    about text NOT NULL,        -- JSON of the study
    imported_at text NOT NULL,  -- RFC 3339, UTC; timestamptz would lose the nanoseconds
    min_lon double precision NOT NULL,
    min_lat double precision NOT NULL,
    max_lon double precision NOT NULL,
    max_lat double precision NOT NULL,
    report text NOT NULL        -- JSON of the import's report
);
CREATE INDEX snapshots_by_study ON snapshots (study, put_order DESC);

CREATE TABLE snapshot_layers (
    snapshot text COLLATE "C" NOT NULL REFERENCES snapshots (id),
    layer text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL REFERENCES layers (hash),
    PRIMARY KEY (snapshot, layer)
);

-- +goose Down
DROP TABLE snapshot_layers;
DROP TABLE snapshots;
DROP SEQUENCE put_order;
DROP TABLE layers;
