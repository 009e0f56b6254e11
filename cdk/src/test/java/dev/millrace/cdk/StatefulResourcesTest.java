package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// CloudFormation knows a resource by its logical id, which the CDK makes of the ids of constructs, and by some properties.
class StatefulResourcesTest {
    private static final Path SNAPSHOT = Path.of("src/test/resources/dev/millrace/cdk/stateful-resources.txt");
    private static final List<String> TYPES = List.of("AWS::DynamoDB::Table", "AWS::Glue::Database", "AWS::KMS::Alias", "AWS::KMS::Key", "AWS::Kinesis::Stream", "AWS::S3::Bucket",
            "AWS::Timestream::Database", "AWS::Timestream::Table");
    /// A change of one of these is a replacement (CloudFormation, template reference).
    private static final List<String> IDENTITY = List.of("Name", "TableName", "DatabaseName", "BucketName", "KeySchema", "Schema", "AliasName", "LocalSecondaryIndexes");

    @Test
    void whatHoldsDataIsStillTheSameResource() throws IOException {
        JsonNode state = Synth.synthesize(Map.of("customerKey", "true")).state();
        TreeSet<String> lines = new TreeSet<>();
        for (String type : TYPES) {
            Read.resources(state, type).forEach((id, resource) -> {
                StringBuilder line = new StringBuilder(type).append(' ').append(id);
                for (String property : IDENTITY) {
                    JsonNode value = resource.get("Properties").path(property);
                    if (!value.isMissingNode()) {
                        line.append(' ').append(property).append('=').append(value);
                    }
                }
                JsonNode glueName = resource.at("/Properties/DatabaseInput/Name");
                lines.add(glueName.isMissingNode() ? line.toString() : line + " DatabaseInput.Name=" + glueName);
            });
        }

        assertThat(String.join("\n", lines) + "\n").as("""
                the resources that hold data are not those of %s.
                A resource with another logical id, name or key is a new and EMPTY one for CloudFormation: it takes the place of the old one, \
                which stays behind with its data and is written no more, or is deleted with removalPolicy=destroy. Ledgers would start at nothing, \
                and every reading that comes again would count twice.
                If a construct was renamed or moved: give it back its id. If it must be: say in docs/decisions how the data gets over, and then put \
                the lines that came into that file."""
                .formatted(SNAPSHOT)).isEqualTo(Files.readString(SNAPSHOT));
    }

    @Test
    void theKeyAloneDependsOnWhetherThereIsOne() throws IOException {
        List<String> without = Files.readString(SNAPSHOT).lines().filter(line -> !line.startsWith("AWS::KMS::")).map(line -> line.split(" ", -1)[1]).toList();
        JsonNode state = Synth.templates().state();

        assertThat(TYPES.stream().flatMap(type -> Read.resources(state, type).keySet().stream())).containsExactlyInAnyOrderElementsOf(without);
    }
}
