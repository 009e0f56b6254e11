package dev.millrace.cli;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/// The lake's catalog as any client of Iceberg sees it: Glue behind the front door.
public final class LakeCatalog {
    private LakeCatalog() {
    }

    /// A file of a table.
    record TableFile(String location, long bytes) {
    }

    /// Iceberg makes the provider of its credentials by name.
    public static final class Operator implements AwsCredentialsProvider {
        private Operator() {
        }

        public static AwsCredentialsProvider create() {
            return new Operator();
        }

        @Override
        public AwsCredentials resolveCredentials() {
            return AwsClients.OPERATOR.resolveCredentials();
        }
    }

    /// @param endpoint of Glue and S3
    public static Catalog catalog(URI endpoint, String region, String bucket) {
        return CatalogUtil.loadCatalog("org.apache.iceberg.aws.glue.GlueCatalog", "glue", Map.of(
                "warehouse", "s3://" + bucket,
                "io-impl", "org.apache.iceberg.aws.s3.S3FileIO",
                "http-client.type", "urlconnection",
                "client.region", region,
                "client.credentials-provider", Operator.class.getName(),
                "glue.endpoint", endpoint.toString(),
                "s3.endpoint", endpoint.toString(),
                "s3.path-style-access", "true"), null);
    }

    /// The files of which a table consists now.
    ///
    /// @throws IOException if the table has rows that were deleted apart from their files, which a plain reader would see
    static List<TableFile> files(Deployed deployed, String tableName) throws IOException {
        Table table = catalog(deployed.endpoint(), deployed.region(), deployed.output("LakeBucket")).loadTable(TableIdentifier.of(deployed.output("GlueDatabase"), tableName));
        List<TableFile> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            for (FileScanTask task : tasks) {
                if (!task.deletes().isEmpty()) {
                    throw new IOException("%s has deleted rows in %s".formatted(tableName, task.file().location()));
                }
                files.add(new TableFile(task.file().location(), task.file().fileSizeInBytes()));
            }
        }
        return files;
    }
}
