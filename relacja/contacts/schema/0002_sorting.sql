-- What the list of contacts is sorted by in the records, so that a narrowed list stands in the same order.
ALTER TABLE contact
    ADD COLUMN IF NOT EXISTS changed_at DateTime64(3, 'UTC') AFTER created_at,
    ADD COLUMN IF NOT EXISTS name_key String AFTER name
