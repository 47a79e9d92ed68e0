-- Where the address is: what told it (postcode, town, unknown; nothing where there is no address), and the place itself.
-- The postcode is without signs, town_key is the town as names are compared; lat and lon are 0 where it is not known.
ALTER TABLE contact
    ADD COLUMN IF NOT EXISTS postcode String AFTER country,
    ADD COLUMN IF NOT EXISTS town String AFTER postcode,
    ADD COLUMN IF NOT EXISTS town_key String AFTER town,
    ADD COLUMN IF NOT EXISTS region LowCardinality(String) AFTER town_key,
    ADD COLUMN IF NOT EXISTS place LowCardinality(String) AFTER region,
    ADD COLUMN IF NOT EXISTS lat Float64 AFTER place,
    ADD COLUMN IF NOT EXISTS lon Float64 AFTER lat
