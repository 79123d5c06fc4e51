CREATE TABLE folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    parent_uid TEXT NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
CREATE TABLE dashboards (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    tags TEXT NOT NULL,
    folder_uid TEXT NOT NULL,
    version BIGINT NOT NULL,
    json TEXT NOT NULL,
    provider TEXT NOT NULL,
    external_id TEXT NOT NULL,
    checksum TEXT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
CREATE TABLE dashboard_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    dashboard_id BIGINT NOT NULL REFERENCES dashboards (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    parent_version BIGINT NOT NULL,
    restored_from BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    message TEXT NOT NULL,
    json TEXT NOT NULL,
    UNIQUE (dashboard_id, version)
);
CREATE TABLE stars (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    dashboard_uid TEXT NOT NULL,
    PRIMARY KEY (account_id, dashboard_uid)
);
CREATE TABLE preferences (
    owner TEXT PRIMARY KEY,
    json TEXT NOT NULL
);
CREATE TABLE datasources (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    json TEXT NOT NULL,
    secrets TEXT NOT NULL,
    is_default INTEGER NOT NULL,
    read_only INTEGER NOT NULL,
    provisioned INTEGER NOT NULL,
    version BIGINT NOT NULL,
    updated BIGINT NOT NULL
);
CREATE TABLE annotations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    dashboard_uid TEXT NOT NULL,
    panel_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    login TEXT NOT NULL,
    email TEXT NOT NULL,
    time BIGINT NOT NULL,
    time_end BIGINT NOT NULL,
    text TEXT NOT NULL,
    tags TEXT NOT NULL,
    data TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL
);
CREATE INDEX annotations_time ON annotations (time, time_end);
CREATE TABLE short_urls (
    uid TEXT PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL
);
CREATE TABLE query_history (
    uid TEXT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    datasource_uid TEXT NOT NULL,
    queries TEXT NOT NULL,
    comment TEXT NOT NULL,
    starred INTEGER NOT NULL,
    created BIGINT NOT NULL
);
CREATE TABLE library_elements (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind BIGINT NOT NULL,
    type TEXT NOT NULL,
    folder_uid TEXT NOT NULL,
    model TEXT NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    updated BIGINT NOT NULL,
    updated_by TEXT NOT NULL
);
