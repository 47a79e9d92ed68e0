-- One row per event, under the profile it happened to. Rows are never changed; the same id counts once.
CREATE TABLE IF NOT EXISTS event (
    id UUID,
    name LowCardinality(String),
    at DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    profile_id UInt64,
    channel LowCardinality(String),
    source LowCardinality(String),
    properties JSON(max_dynamic_paths = 256),
    context JSON(max_dynamic_paths = 64)
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (profile_id, at, id)
