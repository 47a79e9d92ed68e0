-- One row per tag that people who are here have: how many, of everybody or of the people of {owners}. {keys} mean the tags {meant}, position by position.
-- Read by: contacts.queries.people_by_tag. Cost: one pass over one subcolumn of all contacts.
SELECT
    arrayJoin(arrayDistinct(arrayMap(
        one -> transform(assumeNotNull(one), {keys:Array(String)}, {meant:Array(String)}, ''),
        attributes.tags.:`Array(Nullable(String))`
    ))) AS tag,
    count() AS people
FROM contact FINAL
WHERE is_deleted = 0 AND ({whole:Bool} OR owner_id IN {owners:Array(UInt64)})
GROUP BY tag
