/// The AWS Glue Data Catalog on this machine: which tables the lake has, of what columns, and where their files lie.
///
/// [LocalGlue][dev.millrace.local.glue.LocalGlue] answers the wire protocol. What it keeps is a
/// `Catalog`, a value that each change replaces, and a `CatalogFile` that all processes of this machine may share. The
/// queries that the template keeps for analysts lie beside it, see
/// [NamedQuery][dev.millrace.local.glue.NamedQuery].
package dev.millrace.local.glue;
