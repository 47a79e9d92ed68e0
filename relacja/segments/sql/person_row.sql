-- The row of one contact, if there is one.
-- Read by: segments.queries.person. Cost: one granule.
SELECT email, first_name, last_name, name, phone, city, country, postcode, town, town_key, region,
    place, lat, lon, company, owner_id, stage, created_at, attributes
FROM contact FINAL
WHERE id = {id:UInt64} AND is_deleted = 0
