-- One row: how many contacts hold something under {path} of their attributes, or under a part of it.
-- Read by: contacts.queries.filled_in. Cost: one pass over the paths of every contact.
SELECT count() AS people
FROM contact FINAL
WHERE is_deleted = 0 AND arrayExists(one -> one = {path:String} OR startsWith(one, concat({path:String}, '.')), JSONAllPaths(attributes))
