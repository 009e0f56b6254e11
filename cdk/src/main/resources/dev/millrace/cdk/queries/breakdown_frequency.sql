-- title: Breakdown frequency
-- description: How often each truck broke down. The engine is off in a reading with less than 300 rpm, and in a window of ten
--   minutes if it is in at least half of the readings. A window with the engine off that follows directly on one with the
--   engine on is a breakdown if in one of the two the truck rolled (over 5 km/h) with its engine off: who parks stops first.
-- reads: truck, 31 days
-- scans at most: 7 bytes a reading
WITH windows AS (
    SELECT thing,
           CAST(floor(to_unixtime(taken_at) / 600) AS bigint) AS ten_minutes,
           count_if(rpm < 300) * 2 >= count(*) AS is_off,
           bool_or(rpm < 300 AND speed_kmh > 5) AS has_rolled,
           avg(speed_kmh) > 1 AS is_driven
    FROM truck
    WHERE taken_at >= current_timestamp - INTERVAL '30' DAY  -- look back
      AND rpm IS NOT NULL
      AND speed_kmh IS NOT NULL
    GROUP BY 1, 2
),
pairs AS (
    SELECT *,
           lag(ten_minutes) OVER (PARTITION BY thing ORDER BY ten_minutes) AS ten_minutes_before,
           lag(is_off) OVER (PARTITION BY thing ORDER BY ten_minutes) AS was_off,
           lag(has_rolled) OVER (PARTITION BY thing ORDER BY ten_minutes) AS had_rolled
    FROM windows
),
turns AS (
    SELECT thing,
           is_driven,
           is_off AND NOT was_off AND ten_minutes_before = ten_minutes - 1 AND (has_rolled OR had_rolled) AS is_breakdown
    FROM pairs
)
SELECT thing,
       count_if(is_breakdown) AS breakdowns,
       count_if(is_driven) / 6.0E0 AS hours_driven,
       CASE WHEN count_if(is_driven) > 0 THEN count_if(is_breakdown) * 6000.0E0 / count_if(is_driven) END AS per_1000_hours
FROM turns
GROUP BY thing
ORDER BY breakdowns DESC, thing
