package dev.millrace.redrive;

import static java.util.Objects.requireNonNull;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// Where notices of lost readings lie in the lake, as the topic rule writes them.
record NoticesFolder(S3Client s3, String lakeBucket) {
    NoticesFolder {
        requireNonNull(s3, "s3 is null");
        requireNonNull(lakeBucket, "lakeBucket is null");
    }

    void put(FailureDocument.Notice notice) {
        s3.putObject(put -> put.bucket(lakeBucket).key(notice.lakeKey()), RequestBody.fromBytes(notice.payload()));
    }
}
