package dev.millrace.scenarios;

import dev.millrace.cli.Deployed;
import java.util.Map;
import org.testcontainers.localstack.LocalStackContainer;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/// One LocalStack for all tests of this JVM; Testcontainers removes it when the JVM is gone. 4.14.0 is the last version
/// that runs without an account.
final class LocalStack {
    private static final String IMAGE = "localstack/localstack:4.14.0";
    private static final String TABLE = "states";
    private static final String BUCKET = "lake";

    private static Stage stage;

    private LocalStack() {
    }

    static synchronized Stage stage() {
        if (stage == null) {
            stage = started();
        }
        return stage;
    }

    /// The container lives as long as the JVM.
    @SuppressWarnings("resource")
    private static Stage started() {
        LocalStackContainer container = new LocalStackContainer(IMAGE).withServices("dynamodb", "s3");
        container.start();
        Stage started = Stage.of(new Deployed(container.getEndpoint(), container.getRegion(), Map.of("StatesTable", TABLE, "LakeBucket", BUCKET)));
        started.clients().s3().createBucket(create -> create.bucket(BUCKET));
        started.clients().dynamoDb().createTable(create -> create.tableName(TABLE).billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(AttributeDefinition.builder().attributeName("thing").attributeType(ScalarAttributeType.S).build())
                .keySchema(KeySchemaElement.builder().attributeName("thing").keyType(KeyType.HASH).build()));
        started.clients().dynamoDb().waiter().waitUntilTableExists(table -> table.tableName(TABLE));
        return started;
    }
}
