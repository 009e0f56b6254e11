package dev.millrace.local.iot;

/// Where the actions of the rules write, each under the role whose ARN it names. A call returns only when the other side has taken the bytes.
interface Destinations {
    /// @throws ActionFailed if the record was not taken, after the retries of the client
    void putRecord(String role, String stream, String partitionKey, byte[] data) throws ActionFailed;

    /// @throws ActionFailed if the object was not taken, after the retries of the client
    void putObject(String role, String bucket, String key, byte[] body) throws ActionFailed;
}
