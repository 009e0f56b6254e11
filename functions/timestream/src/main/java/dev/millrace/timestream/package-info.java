/// The time series port on Amazon Timestream for LiveAnalytics: multi-measure records, upserted by version.
package dev.millrace.timestream;
