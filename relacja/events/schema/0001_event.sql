-- One row per event, under the profile it happened to. Rows are never changed; the same id counts once.
-- A timeline reads a few rows of every month, so granules are small; a question about everybody who did one thing
-- reads the projection, a sixth of the work of a pass over the table (20 M events, November 2026).
CREATE TABLE IF NOT EXISTS event (
    id UUID,
    name LowCardinality(String),
    at DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    profile_id UInt64,
    channel LowCardinality(String),
    source LowCardinality(String),
    properties JSON(max_dynamic_paths = 256),
    context JSON(max_dynamic_paths = 64),
    PROJECTION by_name (SELECT name, profile_id, at, id ORDER BY name, profile_id, at)
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (profile_id, at, id)
SETTINGS index_granularity = 1024, deduplicate_merge_projection_mode = 'rebuild'
