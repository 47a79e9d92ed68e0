-- One row per event of the given profiles, newest first, each id once.
-- Read by: events.queries.timeline. Cost: the parts of the profiles' own rows; 10 ms for 100 of 20 M.
SELECT toString(id) AS id, name, at, channel, source, properties, context, profile_id
FROM event
WHERE profile_id IN {profiles:Array(UInt64)}
  AND (at, toString(id)) < ({before:DateTime64(3, 'UTC')}, {before_id:String})
  AND ({all_names:Bool} OR (name IN {names:Array(String)}) != {are_left_out:Bool})
  AND name NOT IN {hidden:Array(String)}
ORDER BY at DESC, toString(id) DESC
LIMIT 1 BY id
LIMIT {limit:UInt32}
