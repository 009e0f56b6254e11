package dev.millrace.analysts;

import static java.util.Objects.requireNonNull;

import io.trino.Session;
import io.trino.execution.QueryStats;
import io.trino.plugin.hive.HivePlugin;
import io.trino.plugin.iceberg.IcebergPlugin;
import io.trino.spi.type.TimeZoneKey;
import io.trino.spi.type.Type;
import io.trino.testing.MaterializedResult;
import io.trino.testing.MaterializedRow;
import io.trino.testing.QueryFailedException;
import io.trino.testing.QueryRunner;
import io.trino.testing.StandaloneQueryRunner;
import io.trino.testing.TestingSession;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// Stands in for Amazon Athena: Trino, from which Athena's engine version 3 is made, in this JVM, over the tables of a Glue
/// catalog and the objects of S3. As in Athena there is one catalog, `awsdatacatalog`, in which Hive tables with projected
/// partitions, Iceberg tables and views stand side by side, and times without a zone are UTC.
///
/// What is different: Trino is newer than Athena's engine, so a function that works here need not exist there, and it knows
/// neither workgroups nor Athena's DDL.
public final class Athena implements AutoCloseable {
    private static final String CATALOG = "awsdatacatalog";
    /// Behind the one catalog: where the Hive connector sends who asks for an Iceberg table.
    private static final String ICEBERG_CATALOG = "iceberg";

    /// A property that only the embedded engine has.
    private static final String START_TIME = "session_start_time";

    /// Where the lake is.
    ///
    /// @param glue     endpoint of the data catalog
    /// @param s3       endpoint of the objects, path style
    /// @param region   as `eu-west-1`
    /// @param database in which tables are looked up that are named without one
    public record Lake(URI glue, URI s3, String region, String database) {
        public Lake {
            requireNonNull(glue, "glue is null");
            requireNonNull(s3, "s3 is null");
            requireNonNull(region, "region is null");
            requireNonNull(database, "database is null");
        }
    }

    private final Session session;
    private final QueryRunner trino;

    private Athena(Session session, QueryRunner trino) {
        this.session = session;
        this.trino = trino;
    }

    /// Starts the engine; takes some seconds. The JVM must have been started with `--add-modules=jdk.incubator.vector`.
    public static Athena open(Lake lake) {
        requireNonNull(lake, "lake is null");
        Session session = TestingSession.testSessionBuilder().setCatalog(CATALOG).setSchema(lake.database()).setTimeZoneKey(TimeZoneKey.UTC_KEY).build();
        QueryRunner trino = new StandaloneQueryRunner(session);
        try {
            trino.installPlugin(new HivePlugin());
            trino.installPlugin(new IcebergPlugin());
            trino.createCatalog(ICEBERG_CATALOG, "iceberg", icebergProperties(lake));
            trino.createCatalog(CATALOG, "hive", hiveProperties(lake));
            return new Athena(session, trino);
        } catch (RuntimeException e) {
            trino.close();
            throw e;
        }
    }

    private static Map<String, String> hiveProperties(Lake lake) {
        Map<String, String> properties = storageProperties(lake);
        properties.put("hive.metastore", "glue");
        properties.put("hive.iceberg-catalog-name", ICEBERG_CATALOG);
        properties.put("hive.parquet.use-column-names", "true");
        properties.put("hive.partition-projection-enabled", "true");
        // Athena finds no rows in an hour that has no folder; Trino would fail
        properties.put("hive.ignore-absent-partitions", "true");
        // it would look for the projected partitions in the catalog, which has none
        properties.put("hive.table-statistics-enabled", "false");
        return properties;
    }

    private static Map<String, String> icebergProperties(Lake lake) {
        Map<String, String> properties = storageProperties(lake);
        properties.put("iceberg.catalog.type", "glue");
        return properties;
    }

    private static Map<String, String> storageProperties(Lake lake) {
        return new HashMap<>(Map.ofEntries(
                Map.entry("hive.metastore.glue.endpoint-url", lake.glue().toString()),
                Map.entry("hive.metastore.glue.region", lake.region()),
                Map.entry("hive.metastore.glue.aws-access-key", "analyst"),
                Map.entry("hive.metastore.glue.aws-secret-key", "local"),
                Map.entry("fs.s3.enabled", "true"),
                Map.entry("s3.endpoint", lake.s3().toString()),
                Map.entry("s3.region", lake.region()),
                Map.entry("s3.path-style-access", "true"),
                Map.entry("s3.aws-access-key", "analyst"),
                Map.entry("s3.aws-secret-key", "local"),
                // else small files are read whole, columns that lie near each other with all between them, and 48 KB of each file to
                // find its footer: a small lake would say nothing about what a query reads of a large one
                Map.entry("parquet.small-file-threshold", "0B"),
                Map.entry("parquet.max-merge-distance", "0B"),
                Map.entry("parquet.footer-read-size", "1kB")));
    }

    /// Runs one statement, now.
    ///
    /// @throws QueryFailed with the engine's words
    public Answer ask(String sql) {
        return ask(sql, Instant.now());
    }

    /// Runs one statement.
    ///
    /// @param now what `current_timestamp` and `current_date` are to it
    /// @throws QueryFailed with the engine's words
    public Answer ask(String sql, Instant now) {
        long startNanos = System.nanoTime();
        try {
            QueryRunner.MaterializedResultWithPlan run = trino.executeWithPlan(at(now), sql);
            Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
            MaterializedResult result = run.result().toTestTypes();
            QueryStats stats = trino.getCoordinator().getQueryManager().getFullQueryInfo(run.queryId()).getQueryStats();
            return new Answer(result.getColumnNames(), result.getTypes().stream().map(Type::getDisplayName).toList(),
                    result.getMaterializedRows().stream().map(MaterializedRow::getFields).toList(), took, stats.getPhysicalInputDataSize().toBytes());
        } catch (QueryFailedException e) {
            throw new QueryFailed(e);
        }
    }

    private Session at(Instant now) {
        return Session.builder(session).setSystemProperty(START_TIME, now.toString()).build();
    }

    @Override
    public void close() {
        trino.close();
    }
}
