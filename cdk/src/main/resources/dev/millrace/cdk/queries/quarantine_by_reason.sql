-- title: Quarantine by reason
-- description: What was refused on each day (UTC) and why: records, readings in them that can be named, things that sent them,
--   and one detail as an example. The bytes are in the column payload_base64.
-- reads: quarantine, 8 days
-- scans at most: every byte
SELECT arrival_date,
       reason,
       count(*) AS records,
       sum(cardinality(readings)) AS readings,
       count(DISTINCT thing) AS things,
       min(detail) AS example
FROM quarantine
WHERE arrival_date BETWEEN CAST(current_date - INTERVAL '7' DAY AS varchar) AND CAST(current_date AS varchar)  -- look back
GROUP BY arrival_date, reason
ORDER BY arrival_date, records DESC, reason
