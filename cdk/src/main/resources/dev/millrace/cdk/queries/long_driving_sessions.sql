-- title: Long driving sessions
-- description: Trucks that drove for four hours with less than twenty minutes of rest. Time is cut into windows of ten
--   minutes; a truck drives in a window if its average speed there is over 1 km/h, and a session is long if more than 22 of
--   24 windows in a row are driven. Tells when such four hours first and last ended, and the most minutes driven in any.
-- reads: truck, 2 days
-- scans at most: 6 bytes a reading
WITH driven AS (
    SELECT thing, CAST(floor(to_unixtime(taken_at) / 600) AS bigint) AS ten_minutes
    FROM truck
    WHERE taken_at >= current_timestamp - INTERVAL '1' DAY  -- look back
    GROUP BY 1, 2
    HAVING avg(speed_kmh) > 1
),
sessions AS (
    SELECT thing,
           ten_minutes,
           count(*) OVER (PARTITION BY thing ORDER BY ten_minutes RANGE BETWEEN 23 PRECEDING AND CURRENT ROW) AS windows
    FROM driven
)
SELECT thing,
       from_unixtime((min(ten_minutes) + 1) * 600) AS first_ended,
       from_unixtime((max(ten_minutes) + 1) * 600) AS last_ended,
       max(windows) * 10 AS minutes_of_240
FROM sessions
WHERE windows > 22
GROUP BY thing
ORDER BY thing
