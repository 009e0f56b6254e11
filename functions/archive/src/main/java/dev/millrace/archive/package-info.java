/// The function that lays every plausible reading down in the lake, as it arrived. It needs no state: what repeats is
/// removed by compaction, and what is rejected is quarantined by the function that counts.
package dev.millrace.archive;
