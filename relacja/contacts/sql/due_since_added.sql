-- One row per contact who was added in an earlier year than {year}, on one of these days of the zone.
-- Read by: contacts.actions.noticing. Cost: one pass over one column, 15 ms at 1 M contacts.
SELECT id FROM contact FINAL
WHERE is_deleted = 0
    AND has({month_days:Array(String)}, formatDateTime(created_at, '%m-%d', {zone:String}))
    AND formatDateTime(created_at, '%Y', {zone:String}) < {year:String}
