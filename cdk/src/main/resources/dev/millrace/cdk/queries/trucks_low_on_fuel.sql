-- title: Trucks low on fuel
-- description: Trucks whose tank was less than a tenth full when they were last heard of, the emptiest first.
-- reads: truck, 2 days
-- scans at most: 6 bytes a reading
SELECT thing, last_heard, fuel_pct
FROM (
    SELECT thing,
           max(taken_at) AS last_heard,
           max_by(fuel_pct, taken_at) AS fuel_pct
    FROM truck
    WHERE taken_at >= current_timestamp - INTERVAL '1' DAY  -- look back
      AND fuel_pct IS NOT NULL
    GROUP BY thing
)
WHERE fuel_pct < 10
ORDER BY fuel_pct, thing
