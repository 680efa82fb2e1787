-- +goose Up
CREATE TABLE scenarios (
    study text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    document bytea NOT NULL,   -- JSON, byte for byte
    made_at text NOT NULL,     -- RFC 3339, UTC; timestamptz would lose the nanoseconds
    changed_at text NOT NULL,
    PRIMARY KEY (study, id)
);

-- +goose Down
DROP TABLE scenarios;
