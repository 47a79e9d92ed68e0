-- One row per event of the given profiles and names since {since}, oldest first, each id once; quiet ones left out.
-- Read by: journeys.queries.history. Cost: the profiles' own rows of the last partitions.
SELECT toString(id) AS id, name, at, received_at, profile_id, properties
FROM event
WHERE profile_id IN {profiles:Array(UInt64)}
  AND name IN {names:Array(String)}
  AND context.quiet IS NULL
  AND at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
ORDER BY at, received_at, toString(id)
LIMIT 1 BY id
LIMIT {limit:UInt32}
