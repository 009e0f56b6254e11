/// What a reading is, before anybody moves it: identity, wire formats, device types and topics.
///
/// Everything else in Millrace depends on this package and it depends on nothing but the JDK and one
/// JSON parser. The flow: a device takes a [Reading][dev.millrace.events.Reading], sends it in a
/// [Pack][dev.millrace.events.Pack] on a [topic][dev.millrace.events.Topics], and the cloud turns the bytes
/// back with a [PackCodec][dev.millrace.events.PackCodec] into a [Decoded][dev.millrace.events.Decoded].
package dev.millrace.events;
