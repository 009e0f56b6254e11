-- title: Latency by day
-- description: Seconds from when a reading was taken to when it arrived at the stream, by type and day of taking (UTC): half,
--   nine tenths and 99 % of the readings took at most so long. Percentiles are approximate. Below 0 a device's clock is ahead.
-- reads: environment_readings, machine_readings, truck_readings, 8 days
-- scans at most: 9 bytes a reading
WITH readings AS (
    SELECT 'environment' AS type, taken_at, arrived_at FROM environment_readings
    UNION ALL
    SELECT 'machine', taken_at, arrived_at FROM machine_readings
    UNION ALL
    SELECT 'truck', taken_at, arrived_at FROM truck_readings
),
delays AS (
    SELECT type,
           CAST(date_trunc('day', taken_at) AS date) AS day,
           date_diff('millisecond', taken_at, arrived_at) / 1000.0E0 AS seconds
    FROM readings
    WHERE taken_at >= CAST(current_date - INTERVAL '7' DAY AS timestamp with time zone)  -- look back
)
SELECT day,
       type,
       count(*) AS readings,
       min(seconds) AS least,
       approx_percentile(seconds, 0.5) AS half,
       approx_percentile(seconds, 0.9) AS nine_tenths,
       approx_percentile(seconds, 0.99) AS p99,
       max(seconds) AS most
FROM delays
GROUP BY 1, 2
ORDER BY day, type
