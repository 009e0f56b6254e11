-- title: Five-minute averages with gaps filled
-- description: Averages of each environment sensor every five minutes, from its first reading to its last. Where a sensor was
--   silent, the last average before stands, and is_filled says so. A look-back of more than 34 days needs steps longer than five
--   minutes, because a sequence has at most 10,000 elements.
-- reads: environment, 2 days
-- scans at most: 13 bytes a reading
WITH averages AS (
    SELECT thing,
           CAST(floor(to_unixtime(taken_at) / 300) AS bigint) AS five_minutes,
           avg(temperature_c) AS temperature_c,
           avg(humidity_pct) AS humidity_pct,
           count(*) AS readings
    FROM environment
    WHERE taken_at >= current_timestamp - INTERVAL '1' DAY  -- look back
    GROUP BY 1, 2
),
steps AS (
    SELECT thing, step
    FROM (SELECT thing, min(five_minutes) AS first_step, max(five_minutes) AS last_step FROM averages GROUP BY thing)
    CROSS JOIN UNNEST(sequence(first_step, last_step)) AS s (step)
)
SELECT steps.thing,
       from_unixtime(steps.step * 300) AS five_minutes_from,
       last_value(averages.temperature_c) IGNORE NULLS OVER (PARTITION BY steps.thing ORDER BY steps.step) AS temperature_c,
       last_value(averages.humidity_pct) IGNORE NULLS OVER (PARTITION BY steps.thing ORDER BY steps.step) AS humidity_pct,
       coalesce(averages.readings, 0) AS readings,
       averages.readings IS NULL AS is_filled
FROM steps
LEFT JOIN averages ON averages.thing = steps.thing AND averages.five_minutes = steps.step
ORDER BY 1, 2
