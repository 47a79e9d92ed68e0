-- One row per day of the company's zone on which people entered or left a segment, each event counted once.
-- Read by: segments.inside.days. Cost: the events of entering and leaving since then.
SELECT toDate(at, {zone:String}) AS day,
    uniqExactIf(id, name = 'Segment Entered') AS entered,
    uniqExactIf(id, name = 'Segment Left') AS gone
FROM event
WHERE name IN ('Segment Entered', 'Segment Left') AND at >= {since:DateTime64(3, 'UTC')}
    AND toUInt64OrZero(toString(properties.segment_id)) = {segment:UInt64}
GROUP BY day
ORDER BY day
