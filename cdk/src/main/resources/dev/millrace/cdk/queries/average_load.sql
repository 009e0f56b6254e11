-- title: Average load
-- description: What each truck carried on average while it drove (over 1 km/h), in % of what it may, and which share of that
--   time it drove empty (under 5 %).
-- reads: truck, 31 days
-- scans at most: 6 bytes a reading
SELECT thing,
       avg(load_pct) AS average_load_pct,
       100.0E0 * count_if(load_pct < 5) / count(*) AS driven_empty_pct,
       count(*) AS readings
FROM truck
WHERE taken_at >= current_timestamp - INTERVAL '30' DAY  -- look back
  AND speed_kmh > 1
  AND load_pct IS NOT NULL
GROUP BY thing
ORDER BY average_load_pct, thing
