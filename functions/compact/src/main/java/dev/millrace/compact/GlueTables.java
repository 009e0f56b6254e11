package dev.millrace.compact;

import java.util.Map;
import org.apache.iceberg.aws.glue.GlueCatalog;
import org.apache.iceberg.catalog.Catalog;

/// The tables of the account that the AWS clients find, as they always do.
final class GlueTables {
    private GlueTables() {
    }

    /// @param bucket of the lake
    static Catalog catalog(String bucket) {
        var catalog = new GlueCatalog();
        catalog.initialize("glue", Map.of(
                "warehouse", "s3://" + bucket,
                "io-impl", "org.apache.iceberg.aws.s3.S3FileIO",
                "http-client.type", "urlconnection"));
        return catalog;
    }
}
