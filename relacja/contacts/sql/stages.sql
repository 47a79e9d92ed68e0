-- One row per change of the stage of a contact, oldest first; one that was stored twice comes once.
-- Read by: contacts.stages.of. Cost: the rows of one profile.
SELECT DISTINCT toString(id) AS id, at, channel, toString(properties.stage) AS stage, toString(properties.before) AS before,
    ifNull(toString(properties.author), '') AS author
FROM event
WHERE profile_id = {contact:UInt64} AND name = 'Stage Changed'
ORDER BY at, id
SETTINGS optimize_use_projections = 0
