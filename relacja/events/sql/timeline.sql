-- One row per event of the given profiles, newest first; one that was stored twice may come twice.
-- Read by: events.queries.timeline. Cost: the profiles' own rows without their JSON, and the JSON of `limit` rows:
-- LIMIT BY would read the JSON of all. 17 ms for 100 of 20 M; looking for a projection would cost a quarter more, and
-- handing so many small reads to other threads a tenth.
SELECT toString(id) AS id, name, at, channel, source, properties, context, profile_id
FROM event
WHERE profile_id IN {profiles:Array(UInt64)}
  AND (at, toString(id)) < ({before:DateTime64(3, 'UTC')}, {before_id:String})
  AND ({all_names:Bool} OR (name IN {names:Array(String)}) != {are_left_out:Bool})
  AND name NOT IN {hidden:Array(String)}
ORDER BY at DESC, toString(id) DESC
LIMIT {limit:UInt32}
SETTINGS optimize_use_projections = 0, local_filesystem_read_method = 'pread'
