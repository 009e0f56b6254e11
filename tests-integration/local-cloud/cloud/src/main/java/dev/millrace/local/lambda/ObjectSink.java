package dev.millrace.local.lambda;

import java.io.IOException;

/// Where on-failure documents are kept, S3 on AWS.
@FunctionalInterface
public interface ObjectSink {
    /// Returns only when the object is durable. Writing a key twice replaces the object.
    void put(String bucket, String key, byte[] body) throws IOException;
}
