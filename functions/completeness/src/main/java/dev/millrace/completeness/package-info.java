/// The function that reads the ledgers of all things: it writes what is missing into the lake's table `completeness`, tells
/// it as metrics, and asks devices for it. It changes no ledger: what a device sends again is counted by who counts.
package dev.millrace.completeness;
