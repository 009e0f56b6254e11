/// What the local cloud would have cost: it counts in the units in which AWS bills, behind the front door and in the
/// stand-ins. It knows no prices.
package dev.millrace.local.meter;
