-- One row per contact whose date under {key} of their attributes is {day}, written like 2026-11-21.
-- Read by: contacts.actions.noticing. Cost: one pass over that path, 20 ms at 1 M contacts.
SELECT id FROM contact FINAL
WHERE is_deleted = 0 AND ifNull(toString(attributes.{key:Identifier}), '') = {day:String}
