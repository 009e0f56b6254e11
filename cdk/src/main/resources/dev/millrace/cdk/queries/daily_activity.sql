-- title: Daily activity
-- description: How much the fleet drove on each day (UTC). A truck is active in a window of ten minutes if its average speed
--   there is over 1 km/h; hours are those of an average truck that was heard of on that day.
-- reads: truck, 8 days
-- scans at most: 6 bytes a reading
WITH windows AS (
    SELECT thing,
           CAST(floor(to_unixtime(taken_at) / 600) AS bigint) AS ten_minutes,
           avg(speed_kmh) > 1 AS is_active
    FROM truck
    WHERE taken_at >= CAST(current_date - INTERVAL '7' DAY AS timestamp with time zone)  -- look back
      AND speed_kmh IS NOT NULL
    GROUP BY 1, 2
)
SELECT CAST(from_unixtime(ten_minutes * 600) AS date) AS day,
       count(DISTINCT thing) AS trucks,
       count_if(is_active) / 6.0E0 / count(DISTINCT thing) AS hours_active,
       count_if(is_active) / 144.0E0 / count(DISTINCT thing) AS share_of_day
FROM windows
GROUP BY 1
ORDER BY day
