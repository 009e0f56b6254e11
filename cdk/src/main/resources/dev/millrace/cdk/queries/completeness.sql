-- title: Completeness by thing and day
-- description: How many readings each thing took on a day (UTC), and how many of them have arrived. A thing counts its readings
--   without holes within an epoch, so the steps of seq tell what it took, also over midnight; of an epoch's first day here,
--   only what is between the first and the last reading that arrived. What is still on its way is missing until it comes.
-- reads: environment_readings, machine_readings, truck_readings, 8 days
-- scans at most: 6 bytes a reading
WITH readings AS (
    SELECT 'environment' AS type, thing, epoch, seq, taken_at FROM environment_readings
    UNION ALL
    SELECT 'machine', thing, epoch, seq, taken_at FROM machine_readings
    UNION ALL
    SELECT 'truck', thing, epoch, seq, taken_at FROM truck_readings
),
days AS (
    SELECT type,
           thing,
           epoch,
           CAST(date_trunc('day', taken_at) AS date) AS day,
           min(seq) AS first_seq,
           max(seq) AS last_seq,
           count(*) AS arrived
    FROM readings
    WHERE taken_at >= CAST(current_date - INTERVAL '7' DAY AS timestamp with time zone)  -- look back
    GROUP BY 1, 2, 3, 4
),
counted AS (
    SELECT type,
           thing,
           day,
           arrived,
           last_seq - coalesce(lag(last_seq) OVER (PARTITION BY type, thing, epoch ORDER BY day), first_seq - 1) AS taken
    FROM days
)
SELECT day,
       type,
       thing,
       sum(taken) AS taken,
       sum(arrived) AS arrived,
       sum(taken) - sum(arrived) AS missing
FROM counted
GROUP BY 1, 2, 3
ORDER BY missing DESC, day, type, thing
