-- title: Long daily sessions
-- description: Trucks that drove for more than ten hours on a day (UTC), by windows of ten minutes with an average speed over
--   1 km/h.
-- reads: truck, 8 days
-- scans at most: 6 bytes a reading
WITH driven AS (
    SELECT thing, CAST(floor(to_unixtime(taken_at) / 600) AS bigint) AS ten_minutes
    FROM truck
    WHERE taken_at >= CAST(current_date - INTERVAL '7' DAY AS timestamp with time zone)  -- look back
    GROUP BY 1, 2
    HAVING avg(speed_kmh) > 1
)
SELECT CAST(from_unixtime(ten_minutes * 600) AS date) AS day,
       thing,
       count(*) / 6.0E0 AS hours_driven
FROM driven
GROUP BY 1, 2
HAVING count(*) > 60
ORDER BY day, thing
