/// The one address at which the whole local cloud answers, as `AWS_ENDPOINT_URL` names it.
///
/// Every call of a function, of the IoT stand-in or of a test comes in here, is told apart by the service in its
/// signature and goes on to the stand-in: in this process to its own handler, in a child process through a
/// [proxy][dev.millrace.local.frontdoor.HttpProxy].
package dev.millrace.local.frontdoor;
