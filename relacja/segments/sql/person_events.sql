-- One row per event of the given profiles that bears one of the given names, newest first, each id once.
-- Read by: segments.queries.person. Cost: the profiles' own rows.
SELECT toString(id) AS id, name, at, properties, context, channel
FROM event
WHERE profile_id IN {profiles:Array(UInt64)} AND name IN {names:Array(String)}
ORDER BY at DESC, toString(id) DESC
LIMIT 1 BY id
LIMIT {limit:UInt32}
