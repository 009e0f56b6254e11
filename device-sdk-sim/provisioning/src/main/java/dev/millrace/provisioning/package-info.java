/// How a device gets a certificate of its own, and renews it, by fleet provisioning of AWS IoT. The private key is made on
/// the device and never leaves it; what a crash leaves behind is nothing, or a pair that works.
///
/// [IdentityStore][dev.millrace.provisioning.IdentityStore] keeps keys and certificates,
/// [Provisioning][dev.millrace.provisioning.Provisioning] is the order of the steps,
/// [IotConnection][dev.millrace.provisioning.IotConnection] brings them to AWS IoT. See docs/provisioning.md.
package dev.millrace.provisioning;
