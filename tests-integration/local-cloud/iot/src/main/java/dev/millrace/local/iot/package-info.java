/// AWS IoT Core on one machine, as a process of its own: between the devices, which reach it with the real AWS
/// IoT Device SDK over mutual TLS, and the stream, to which the synthesized topic rules write.
///
/// The broker is HiveMQ. Ours is what AWS adds to a broker: the registry of things and certificates, the
/// policies, Basic Ingest, the rules and their actions, the quotas. What is not simulated is refused.
package dev.millrace.local.iot;
