package dev.millrace.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;

/// Finds what an environment consists of by the names that CDK and CloudFormation gave.
final class CloudNames {
    /// Of the hot store, as the CDK app names them.
    static final String READINGS_TABLE = "readings";
    static final String ROLLUPS_TABLE = "rollups";

    private CloudNames() {
    }

    /// @throws IllegalArgumentException if there is none, or more than one
    static String statesTable(DynamoDbClient dynamoDb, String environment) {
        return only("table", "Millrace-%s-State-States".formatted(environment), dynamoDb.listTablesPaginator().tableNames().stream(), "--states-table");
    }

    /// @throws IllegalArgumentException if there is none, or more than one
    static String lakeBucket(S3Client s3, String environment) {
        return only("bucket", "millrace-%s-state-lake".formatted(environment).toLowerCase(Locale.ROOT), s3.listBuckets().buckets().stream().map(Bucket::name),
                "--lake-bucket");
    }

    private static String only(String what, String start, Stream<String> names, String option) {
        List<String> found = names.filter(name -> name.startsWith(start)).toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException("expected one %s whose name begins with %s, found %s: name it with %s".formatted(what, start, found, option));
        }
        return found.getFirst();
    }

    /// See `Config.glueDatabase` in the CDK app.
    static String glueDatabase(String environment) {
        return "millrace_" + environment;
    }

    /// See `Config.timestreamDatabase` in the CDK app.
    static String timestreamDatabase(String environment) {
        return "millrace-" + environment;
    }
}
