-- One row per person whom a table of somebody else speaks of, as a refresh brought it; data holds the values by the
-- keys of columns. The records say which generation is true.
CREATE TABLE IF NOT EXISTS external_row (
    generation UInt64,
    contact_id UInt64,
    row UInt64,
    digest UInt64,
    data JSON(max_dynamic_paths = 512)
) ENGINE = MergeTree
PARTITION BY generation
ORDER BY contact_id
