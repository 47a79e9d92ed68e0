-- How many people one generation says something else of than another.
-- Read by: external.actions.refreshing. Cost: both generations once, 0.3 s for two million rows.
SELECT count() AS people
FROM (
    SELECT contact_id
    FROM external_row
    WHERE generation IN ({before:UInt64}, {after:UInt64})
    GROUP BY contact_id
    HAVING uniqExact(digest) > 1 OR count() = 1
)
