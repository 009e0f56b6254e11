-- title: Trucks with high load
-- description: Trucks that carried at least nine tenths of what they may when they were last heard of, the heaviest first;
--   over 100 % is more than allowed.
-- reads: truck, 2 days
-- scans at most: 5 bytes a reading
SELECT thing, last_heard, load_pct
FROM (
    SELECT thing,
           max(taken_at) AS last_heard,
           max_by(load_pct, taken_at) AS load_pct
    FROM truck
    WHERE taken_at >= current_timestamp - INTERVAL '1' DAY  -- look back
      AND load_pct IS NOT NULL
    GROUP BY thing
)
WHERE load_pct >= 90
ORDER BY load_pct DESC, thing
