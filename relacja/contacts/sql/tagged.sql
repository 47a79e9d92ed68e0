-- One row: how many people who are here, or those of {owners}, have a tag that goes by one of {keys}.
-- Read by: contacts.queries.tagged. Cost: one pass over one subcolumn of all contacts.
SELECT countIf(hasAny(attributes.tags.:`Array(Nullable(String))`, {keys:Array(String)})) AS people
FROM contact FINAL
WHERE is_deleted = 0 AND ({whole:Bool} OR owner_id IN {owners:Array(UInt64)})
