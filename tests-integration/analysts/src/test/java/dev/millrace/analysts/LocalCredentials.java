package dev.millrace.analysts;

import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/// Iceberg makes its clients itself and takes credentials only from a class that it is told.
public final class LocalCredentials implements AwsCredentialsProvider {
    private LocalCredentials() {
    }

    /// Called by Iceberg.
    public static LocalCredentials create(Map<String, String> properties) {
        return new LocalCredentials();
    }

    @Override
    public AwsCredentials resolveCredentials() {
        return AwsBasicCredentials.create("writer", "local");
    }
}
