-- One row per generation and profile of the people asked about, and whose it is now: what others know of them.
-- Read by: external.queries. Cost: a granule per person and generation.
SELECT
    generation,
    contact_id,
    dictGetOrDefault('alias_of', 'contact_id', contact_id, contact_id) AS person,
    row,
    data
FROM external_row
WHERE generation IN {generations:Array(UInt64)} AND contact_id IN {profiles:Array(UInt64)}
