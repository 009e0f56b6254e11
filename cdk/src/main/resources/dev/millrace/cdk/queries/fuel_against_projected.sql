-- title: Average against projected fuel consumption
-- description: What each truck burnt while it drove, in liters an hour, against what the fleet burns at like speed (steps of
--   10 km/h) and like load (steps of 20 %). Above 0 % it burns more than its work explains. A truck that nobody is like is
--   compared with itself.
-- reads: truck, 8 days
-- scans at most: 7 bytes a reading
WITH alike AS (
    SELECT thing,
           floor(speed_kmh / 10) AS speed_step,
           floor(load_pct / 20) AS load_step,
           sum(fuel_lph) AS burnt,
           count(*) AS readings
    FROM truck
    WHERE taken_at >= current_timestamp - INTERVAL '7' DAY  -- look back
      AND speed_kmh > 1
      AND load_pct IS NOT NULL
      AND fuel_lph IS NOT NULL
    GROUP BY 1, 2, 3
),
projected AS (
    SELECT thing,
           burnt,
           readings,
           readings * sum(burnt) OVER (PARTITION BY speed_step, load_step) / sum(readings) OVER (PARTITION BY speed_step, load_step) AS projected
    FROM alike
)
SELECT thing,
       sum(burnt) / sum(readings) AS average_lph,
       sum(projected) / sum(readings) AS projected_lph,
       100 * (sum(burnt) / sum(projected) - 1) AS above_pct
FROM projected
GROUP BY thing
HAVING sum(projected) > 0
ORDER BY above_pct DESC, thing
