-- One row per event of the given ids that is already stored.
-- Read by: events.subscribers, after a start or a failure. Cost: the profiles' own rows.
SELECT DISTINCT toString(id) AS event_id
FROM event
WHERE profile_id IN {profiles:Array(UInt64)} AND id IN {ids:Array(UUID)}
