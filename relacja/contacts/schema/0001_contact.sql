-- One row per contact, copied from the records within a second; the highest version is true.
-- is_deleted is 1 for who is archived and 2 for who is in the trash.
CREATE TABLE IF NOT EXISTS contact (
    id UInt64,
    email String,
    first_name String,
    last_name String,
    name String,
    phone String,
    city String,
    country LowCardinality(String),
    company String,
    owner_id UInt64,
    stage LowCardinality(String),
    created_at DateTime64(3, 'UTC'),
    attributes JSON(max_dynamic_paths = 512),
    version UInt64,
    is_deleted UInt8
) ENGINE = ReplacingMergeTree(version)
ORDER BY id
