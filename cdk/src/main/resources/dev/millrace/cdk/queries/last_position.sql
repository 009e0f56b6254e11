-- title: Last position of each truck
-- description: Where each truck was when it was last heard of, and when that was. A truck that was silent for longer than
--   the look-back is not in the answer.
-- reads: truck, 2 days
-- scans at most: 17 bytes a reading
SELECT thing,
       max(taken_at) AS last_heard,
       max_by(lat, taken_at) AS lat,
       max_by(lon, taken_at) AS lon
FROM truck
WHERE taken_at >= current_timestamp - INTERVAL '1' DAY  -- look back
  AND lat IS NOT NULL
  AND lon IS NOT NULL
GROUP BY thing
ORDER BY thing
