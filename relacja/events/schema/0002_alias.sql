-- One row per profile that turned out to be a contact; the highest version is true.
CREATE TABLE IF NOT EXISTS alias (
    profile_id UInt64,
    contact_id UInt64,
    version UInt64,
    is_deleted UInt8
) ENGINE = ReplacingMergeTree(version)
ORDER BY profile_id
