CREATE TABLE alert_rules (
    uid TEXT PRIMARY KEY,
    folder_uid TEXT NOT NULL,
    rule_group TEXT NOT NULL,
    interval_seconds BIGINT NOT NULL,
    json TEXT NOT NULL,
    provenance TEXT NOT NULL,
    deleted INTEGER NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
CREATE TABLE alert_states (
    rule_uid TEXT PRIMARY KEY,
    json TEXT NOT NULL
);
CREATE TABLE contact_points (
    uid TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    settings TEXT NOT NULL,
    secrets TEXT NOT NULL,
    disable_resolve INTEGER NOT NULL,
    trusted INTEGER NOT NULL,
    provenance TEXT NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
