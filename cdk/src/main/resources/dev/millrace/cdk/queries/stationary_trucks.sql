-- title: Stationary trucks
-- description: Trucks that stood still, under 1 km/h on average, in the last ten minutes before they were last heard of.
--   Counted back from each truck's own last reading, because the table lags behind the trucks.
-- reads: truck, 2 days
-- scans at most: 6 bytes a reading
WITH recent AS (
    SELECT thing, taken_at, speed_kmh, max(taken_at) OVER (PARTITION BY thing) AS last_heard
    FROM truck
    WHERE taken_at >= current_timestamp - INTERVAL '1' DAY  -- look back
      AND speed_kmh IS NOT NULL
)
SELECT thing,
       last_heard,
       avg(speed_kmh) AS average_kmh,
       count(*) AS readings
FROM recent
WHERE taken_at > last_heard - INTERVAL '10' MINUTE
GROUP BY thing, last_heard
HAVING avg(speed_kmh) < 1
ORDER BY thing
