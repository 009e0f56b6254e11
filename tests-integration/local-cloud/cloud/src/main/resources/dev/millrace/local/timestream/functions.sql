-- Functions of Timestream's dialect whose meaning in DuckDB is another one, or which DuckDB lacks.
-- DuckDB computes times with intervals in microseconds; these keep nanoseconds.
-- They are untyped on purpose: DuckDB cannot choose between typed overloads for an aggregate's result.

CREATE MACRO ts_plus(t, i) AS CASE WHEN typeof(t) = 'INTERVAL' THEN error('put durations that are added to durations in one literal') ELSE make_timestamp_ns(epoch_ns(t) + epoch_ns(i)) END;
CREATE MACRO ts_minus(t, i) AS CASE WHEN typeof(t) = 'INTERVAL' THEN error('put durations that are subtracted from durations in one literal') ELSE make_timestamp_ns(epoch_ns(t) - epoch_ns(i)) END;
CREATE MACRO ts_bin(t, i) AS make_timestamp_ns(epoch_ns(t) - epoch_ns(t) % epoch_ns(i));
CREATE MACRO ts_from_milliseconds(n) AS make_timestamp_ns(n * 1000000);
CREATE MACRO ts_from_nanoseconds(n) AS make_timestamp_ns(n);
CREATE MACRO ts_to_milliseconds(t) AS epoch_ns(t) // 1000000;
CREATE MACRO ts_to_nanoseconds(t) AS epoch_ns(t);
CREATE MACRO ts_date_trunc(unit, t) AS CASE WHEN lower(unit) IN ('second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year') THEN CAST(date_trunc(unit, t) AS TIMESTAMP_NS) ELSE error('date_trunc: unit ' || unit || ' is not supported') END;

CREATE MACRO ts_unit_nanos(unit) AS CASE lower(unit) WHEN 'nanosecond' THEN 1 WHEN 'microsecond' THEN 1000 WHEN 'millisecond' THEN 1000000 WHEN 'second' THEN 1000000000 WHEN 'minute' THEN 60000000000 WHEN 'hour' THEN 3600000000000 WHEN 'day' THEN 86400000000000 WHEN 'week' THEN 604800000000000 ELSE error('date_add and date_diff: unit ' || unit || ' is not supported') END;
CREATE MACRO ts_date_add(unit, n, t) AS make_timestamp_ns(epoch_ns(t) + n * ts_unit_nanos(unit));
-- whole units that have passed; DuckDB's own counts the boundaries that were crossed
CREATE MACRO ts_date_diff(unit, a, b) AS (epoch_ns(b) - epoch_ns(a)) // ts_unit_nanos(unit);

-- DuckDB rounds halves to even in a cast, Trino away from zero
CREATE MACRO ts_cast_bigint(x) AS CASE WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN CAST(round(CAST(x AS DOUBLE)) AS BIGINT) ELSE CAST(x AS BIGINT) END;
CREATE MACRO ts_cast_integer(x) AS CASE WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN CAST(round(CAST(x AS DOUBLE)) AS INTEGER) ELSE CAST(x AS INTEGER) END;
CREATE MACRO ts_cast_varchar(x) AS CASE WHEN typeof(x) IN ('TIMESTAMP', 'TIMESTAMP_NS') THEN CASE WHEN contains(CAST(x AS VARCHAR), '.') THEN rpad(CAST(x AS VARCHAR), 29, '0') ELSE CAST(x AS VARCHAR) || '.000000000' END WHEN typeof(x) IN ('DOUBLE', 'FLOAT') AND TRY_CAST(CAST(x AS VARCHAR) AS DOUBLE) <> 0 AND NOT abs(TRY_CAST(CAST(x AS VARCHAR) AS DOUBLE)) BETWEEN 1e-3 AND 9999999 THEN error('cast to varchar of a double outside 0.001 to 9999999 is not supported') ELSE CAST(x AS VARCHAR) END;

-- of whole numbers DuckDB makes doubles
CREATE MACRO ts_floor(x) AS CASE WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN floor(x) ELSE error('floor of a whole number is not supported') END;
CREATE MACRO ts_ceil(x) AS CASE WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN ceil(x) ELSE error('ceil of a whole number is not supported') END;

-- DuckDB takes the share as a FLOAT only
CREATE MACRO ts_approx_percentile(x, p) AS approx_quantile(x, CAST(p AS FLOAT));

-- null, when any argument is; DuckDB's own pass over nulls
CREATE MACRO ts_concat(a, b) AS a || b, (a, b, c) AS a || b || c, (a, b, c, d) AS a || b || c || d;
CREATE MACRO ts_greatest(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE greatest(a, b) END, (a, b, c) AS CASE WHEN a IS NULL OR b IS NULL OR c IS NULL THEN NULL ELSE greatest(a, b, c) END;
CREATE MACRO ts_least(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE least(a, b) END, (a, b, c) AS CASE WHEN a IS NULL OR b IS NULL OR c IS NULL THEN NULL ELSE least(a, b, c) END;
CREATE MACRO ts_if(a, b) AS CASE WHEN a THEN b END, (a, b, c) AS CASE WHEN a THEN b ELSE c END;
