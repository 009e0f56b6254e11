package dev.millrace.local.frontdoor;

import static java.util.Objects.requireNonNull;

/// One AWS call as the front door sees it.
///
/// @param service     the signing name of the service, as it stands in the credential scope: `kinesis`, `s3`, …
/// @param operation   the operation as the service's API reference names it, `PutRecords`
/// @param accessKeyId who calls: each function of the local cloud has a key of its own
public record Call(String service, String operation, String accessKeyId) {
    public Call {
        requireNonNull(service, "service is null");
        requireNonNull(operation, "operation is null");
        requireNonNull(accessKeyId, "accessKeyId is null");
    }
}
