package dev.millrace.provision;

/// The list of serial numbers that may be provisioned, and by whom they were.
@FunctionalInterface
interface Serials {
    /// Decides, and on a yes has written down which key and which certificate have the serial number now. The same
    /// request again gets the same answer; of two devices with one serial number one is refused, however close they come.
    ///
    /// @throws RuntimeException if the list cannot be asked
    Decision claim(Request request);
}
