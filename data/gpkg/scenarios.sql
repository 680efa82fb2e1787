-- Version 2: scenarios that studies keep. The table is not registered, so that
-- it shows in no list of layers.
CREATE TABLE kaimen_scenarios (
    study TEXT NOT NULL,
    id TEXT NOT NULL,
    document BLOB NOT NULL,   -- JSON
    made_at TEXT NOT NULL,    -- RFC 3339, UTC
    changed_at TEXT NOT NULL,
    PRIMARY KEY (study, id)
);
UPDATE kaimen_schema SET version = 2;
