/// The function that makes the lake's tables: it takes what has landed into one Iceberg table a device type, each
/// reading once, and proves with every commit that no row was lost or made up.
///
/// The rows of a commit are sorted in memory and appended; small files of a day are merged later, as a stream. So
/// memory depends on the size of a commit, never on that of a day or a table.
package dev.millrace.compact;
