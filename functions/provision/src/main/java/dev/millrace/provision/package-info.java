/// The function that AWS IoT asks before it makes a device a thing, or renews a thing's certificate. The list of serial
/// numbers decides, and names the thing.
package dev.millrace.provision;
