-- The contact behind a profile, in memory; reloaded when aliases change.
CREATE DICTIONARY IF NOT EXISTS alias_of (
    profile_id UInt64,
    contact_id UInt64
) PRIMARY KEY profile_id
SOURCE(CLICKHOUSE(QUERY 'SELECT profile_id, contact_id FROM alias FINAL WHERE is_deleted = 0'))
LAYOUT(HASHED())
LIFETIME(0)
