-- One row per day of the company's zone on which people entered or left a segment, each event counted once; with
-- {whole} of everybody, else only of those whom {owners} take care of now.
-- Read by: segments.inside.days. Cost: the events of entering and leaving since then; a pass over the owners of contacts.
SELECT toDate(at, {zone:String}) AS day,
    uniqExactIf(id, name = 'Segment Entered') AS entered,
    uniqExactIf(id, name = 'Segment Left') AS gone
FROM event
WHERE name IN ('Segment Entered', 'Segment Left') AND at >= {since:DateTime64(3, 'UTC')}
    AND toUInt64OrZero(toString(properties.segment_id)) = {segment:UInt64}
    AND ({whole:Bool} OR dictGetOrDefault('alias_of', 'contact_id', profile_id, profile_id) IN (
        SELECT id FROM contact FINAL WHERE owner_id IN {owners:Array(UInt64)} AND is_deleted = 0
    ))
GROUP BY day
ORDER BY day
