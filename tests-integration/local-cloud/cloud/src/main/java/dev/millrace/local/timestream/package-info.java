/// Amazon Timestream for LiveAnalytics on this machine: the hot store at the end of the ingest way, spoken to
/// by the plain AWS SDK with an endpoint override.
///
/// [LocalTimestream][dev.millrace.local.timestream.LocalTimestream] answers the wire protocol of the write and
/// the query service. A write goes `WriteRequest` → `Table` (version rules, limits, retention window) and rests
/// there until a query asks; a query first brings `SqlStore` (DuckDB, in process) up to date, then goes
/// `QueryTranslator` (Timestream's dialect → DuckDB's) → `SqlStore` → `QueryPages`. What is not supported is
/// refused with a ValidationException that names it.
package dev.millrace.local.timestream;
