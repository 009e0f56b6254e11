package dev.millrace.local.access;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/// What a role must have for a call.
///
/// @param action   as IAM names it, `s3:PutObject`
/// @param resource its ARN, or `*` for an action that has none
/// @param context  what the request carries for conditions, by keys in lower case
record Right(String action, String resource, Map<String, String> context) {
    Right(String action, String resource) {
        this(action, resource, Map.of());
    }

    Right {
        requireNonNull(action, "action is null");
        requireNonNull(resource, "resource is null");
        context = Map.copyOf(context);
    }
}
