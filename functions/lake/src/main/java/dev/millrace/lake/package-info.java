/// The lake and quarantine ports on Amazon S3. Every object is written whole, under a key that names its cut of the
/// shard: the same batch again overwrites it with the same bytes.
package dev.millrace.lake;
