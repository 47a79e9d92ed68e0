-- One row per person of whom one generation says something else than another, at most {most}.
-- Read by: external.actions.refreshing. Cost: both generations once, 0.3 s for two million rows.
SELECT dictGetOrDefault('alias_of', 'contact_id', contact_id, contact_id) AS person
FROM external_row
WHERE generation IN ({before:UInt64}, {after:UInt64})
GROUP BY contact_id
HAVING uniqExact(digest) > 1 OR count() = 1
LIMIT {most:UInt64}
