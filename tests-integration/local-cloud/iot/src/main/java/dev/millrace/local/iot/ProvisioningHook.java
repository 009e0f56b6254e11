package dev.millrace.local.iot;

/// The function that decides whether a device may be provisioned.
@FunctionalInterface
interface ProvisioningHook {
    /// @param functionArn of the function, with its version or alias
    /// @param event       JSON
    /// @return what the function answered
    /// @throws ActionFailed if it did not answer in time, or not without an error
    byte[] ask(String functionArn, byte[] event) throws ActionFailed;
}
