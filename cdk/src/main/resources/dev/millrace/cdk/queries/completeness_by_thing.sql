-- title: Completeness by thing and day, from the ledgers
-- description: How each thing stood at the end of each day (UTC): readings it is known to have taken, those missing with their ranges
--   (epoch, first, last), those it gave up itself, and those given up in the cloud. And what came since the row before:
--   readings counted, deliveries that were there already, late readings, refused ones; the first row of a thing here tells of
--   all its time before.
-- reads: completeness, 8 days
-- scans at most: every byte
SELECT day,
       thing,
       accepted - lag(accepted, 1, 0) OVER before AS accepted,
       duplicates - lag(duplicates, 1, 0) OVER before AS duplicates,
       late - lag(late, 1, 0) OVER before AS late,
       rejected - lag(rejected, 1, 0) OVER before AS rejected,
       expected,
       missing,
       lost,
       given_up,
       1e2 * taken / nullif(expected, 0) AS complete_pct,
       missing_ranges
FROM completeness
WHERE day BETWEEN CAST(current_date - INTERVAL '7' DAY AS varchar) AND CAST(current_date AS varchar)  -- look back
WINDOW before AS (PARTITION BY thing ORDER BY day)
ORDER BY missing DESC, day, thing
