-- One row per event name of the given profiles, with how often it happened.
-- Read by: events.queries.timeline_counts. Cost: the profiles' own rows.
SELECT name, toUInt32(uniqExact(id)) AS count
FROM event
WHERE profile_id IN {profiles:Array(UInt64)} AND name NOT IN {hidden:Array(String)}
GROUP BY name
SETTINGS optimize_use_projections = 0, local_filesystem_read_method = 'pread'
