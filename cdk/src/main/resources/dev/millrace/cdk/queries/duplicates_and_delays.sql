-- title: Duplicates and late data by day
-- description: What arrived on each day (UTC) of each type: rows in landing, readings, rows that repeat a reading of the same
--   day, and readings whose first arrival was more than ten minutes, or more than an hour, after they were taken.
-- reads: environment_landing, machine_landing, truck_landing, 8 days
-- scans at most: 14 bytes a reading
WITH arrivals AS (
    SELECT 'environment' AS type, thing, epoch, seq, taken_at, arrived_at, arrival_date FROM environment_landing
    UNION ALL
    SELECT 'machine', thing, epoch, seq, taken_at, arrived_at, arrival_date FROM machine_landing
    UNION ALL
    SELECT 'truck', thing, epoch, seq, taken_at, arrived_at, arrival_date FROM truck_landing
),
readings AS (
    SELECT arrival_date,
           type,
           count(*) AS copies,
           date_diff('second', min(taken_at), min(arrived_at)) AS delay_seconds
    FROM arrivals
    WHERE arrival_date BETWEEN CAST(current_date - INTERVAL '7' DAY AS varchar) AND CAST(current_date AS varchar)  -- look back
    GROUP BY arrival_date, type, thing, epoch, seq
)
SELECT arrival_date,
       type,
       sum(copies) AS arrived,
       count(*) AS readings,
       sum(copies) - count(*) AS duplicates,
       count_if(delay_seconds > 600) AS over_ten_minutes,
       count_if(delay_seconds > 3600) AS over_an_hour
FROM readings
GROUP BY arrival_date, type
ORDER BY arrival_date, type
