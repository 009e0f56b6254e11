package dev.millrace.cli;

import dev.millrace.local.ChildFailed;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;

/// `millrace audit`. Exit code 0: nothing is missing; 1: something is, and is named; 2: wrong arguments, or a cloud that cannot
/// be asked.
@Command(name = "audit", sortOptions = false, description = {
    "Tells what became of every reading that things are known to have taken, and names each that is missing.",
    "Without arguments: by the table that the last demo left. With --environment, or a table and a bucket: by the states of a",
    "running cloud, AWS or a kept demo (AWS_ENDPOINT_URL), asked with the usual credentials and region."})
final class AuditCommand implements Callable<Integer> {
    @Option(names = "--environment", paramLabel = "NAME", description = "finds table and bucket by the names that CloudFormation gave them")
    private Optional<String> environment;
    @Option(names = "--states-table", paramLabel = "NAME", description = "the stack's output StatesTable")
    private Optional<String> statesTable;
    @Option(names = "--lake-bucket", paramLabel = "NAME", description = "the stack's output LakeBucket")
    private Optional<String> lakeBucket;
    @Option(names = "--ledger-epochs-max", paramLabel = "N", defaultValue = "4", description = "the environment's setting ledgerEpochsMax, 1 to 16; default ${DEFAULT-VALUE}")
    private int ledgerEpochsMax;
    @Option(names = "--work", paramLabel = "DIR", description = "of the demo; default .millrace/demo in the project")
    private Optional<Path> work;
    /// Read by picocli alone.
    @SuppressWarnings("UnusedVariable")
    @Option(names = {"-h", "--help"}, usageHelp = true, description = "shows this text")
    private boolean isHelpWanted;
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        boolean isNamed = statesTable.isPresent() && lakeBucket.isPresent();
        if (statesTable.isPresent() != lakeBucket.isPresent() || (environment.isPresent() && isNamed) || (work.isPresent() && (environment.isPresent() || isNamed))) {
            throw wrong("expected one of --environment NAME, --states-table with --lake-bucket, and --work DIR");
        }
        if (ledgerEpochsMax < 1 || ledgerEpochsMax > 16) {
            throw wrong("--ledger-epochs-max must be 1 to 16: " + ledgerEpochsMax);
        }
        try {
            CompletenessAudit audit = environment.isPresent() || isNamed ? ofCloud() : ofDemo();
            audit.print(spec.commandLine().getOut());
            return audit.isComplete() ? 0 : 1;
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        } catch (SdkException | ChildFailed e) {
            return refused(e.getMessage());
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof SdkException) {
                return refused(e.getMessage());
            }
            throw e;
        }
    }

    private CommandLine.ParameterException wrong(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }

    private int refused(String message) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("millrace audit: " + message);
        err.flush();
        return Millrace.USAGE;
    }

    private CompletenessAudit ofCloud() throws InterruptedException {
        try (DynamoDbClient dynamoDb = DynamoDbClient.builder().httpClient(UrlConnectionHttpClient.create()).build();
                S3Client s3 = S3Client.builder().httpClient(UrlConnectionHttpClient.create()).build()) {
            String table = statesTable.orElseGet(() -> CloudNames.statesTable(dynamoDb, environment.orElseThrow()));
            String bucket = lakeBucket.orElseGet(() -> CloudNames.lakeBucket(s3, environment.orElseThrow()));
            return CompletenessAudit.live(dynamoDb, table, s3, bucket, ledgerEpochsMax);
        }
    }

    private CompletenessAudit ofDemo() throws IOException, InterruptedException {
        try (DemoLake demo = DemoLake.open(work)) {
            for (Bucket bucket : demo.s3().listBuckets().buckets()) {
                Optional<CompletenessAudit> audit = CompletenessAudit.ofTable(demo.s3(), bucket.name());
                if (audit.isPresent()) {
                    return audit.get();
                }
            }
            throw wrong("the demo's lake has no table of completeness yet: the demo did not come to its end");
        }
    }
}
