package dev.millrace.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.local.template.PhysicalName;
import dev.millrace.local.template.Provisioned;
import dev.millrace.local.template.ResourceProvider;
import dev.millrace.local.template.ResourceRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/// `AWS::DynamoDB::Table`, and `AWS::DynamoDB::GlobalTable` with one replica, in DynamoDB Local.
final class DynamoDbTables implements ResourceProvider {
    private static final Set<String> USED = Set.of("TableName", "KeySchema", "AttributeDefinitions", "BillingMode", "ProvisionedThroughput",
            "GlobalSecondaryIndexes", "TimeToLiveSpecification", "StreamSpecification", "Replicas");
    /// DynamoDB Local holds its data in memory and throttles nobody.
    private static final Set<String> WITHOUT_EFFECT = Set.of("SSESpecification", "PointInTimeRecoverySpecification", "DeletionProtectionEnabled", "Tags",
            "ContributorInsightsSpecification", "TableClass", "OnDemandThroughput", "WriteOnDemandThroughputSettings", "WarmThroughput");

    private final DynamoDbClient dynamoDb;

    DynamoDbTables(DynamoDbClient dynamoDb) {
        this.dynamoDb = dynamoDb;
    }

    @Override
    public Provisioned create(ResourceRequest request) {
        request.allow(USED, WITHOUT_EFFECT);
        if (request.properties().path("Replicas").size() > 1) {
            throw request.wrong("Replicas", "one region: the local cloud has only one", request.properties().path("Replicas"));
        }
        String name = request.name("TableName", PhysicalName.ORDINARY);
        TableDescription table = created(name, request);
        ResourceRequest ttl = request.part("TimeToLiveSpecification");
        if (ttl.flag("Enabled")) {
            dynamoDb.updateTimeToLive(update -> update.tableName(name)
                    .timeToLiveSpecification(specification -> specification.enabled(true).attributeName(ttl.requiredText("AttributeName"))));
        }
        Map<String, String> attributes = new HashMap<>();
        attributes.put("Arn", request.arn("dynamodb", "table/" + name));
        attributes.put("TableId", String.valueOf(table.tableId()));
        if (table.latestStreamArn() != null) {
            attributes.put("StreamArn", table.latestStreamArn());
        }
        return Provisioned.simulated(name, attributes);
    }

    private TableDescription created(String name, ResourceRequest request) {
        try {
            return dynamoDb.createTable(definition(name, request)).tableDescription();
        } catch (ResourceInUseException _) {
            // a restarted cloud finds its data again
            return dynamoDb.describeTable(table -> table.tableName(name)).table();
        }
    }

    private static CreateTableRequest definition(String name, ResourceRequest request) {
        JsonNode properties = request.properties();
        CreateTableRequest.Builder table = CreateTableRequest.builder().tableName(name).keySchema(keySchema(properties));
        table.attributeDefinitions(properties.path("AttributeDefinitions").valueStream().map(attribute -> AttributeDefinition.builder()
                .attributeName(attribute.path("AttributeName").asText()).attributeType(attribute.path("AttributeType").asText()).build()).toList());
        boolean onDemand = request.text("BillingMode").orElse("PROVISIONED").equals("PAY_PER_REQUEST");
        if (onDemand) {
            table.billingMode(BillingMode.PAY_PER_REQUEST);
        } else {
            table.billingMode(BillingMode.PROVISIONED).provisionedThroughput(throughput(request.part("ProvisionedThroughput")));
        }
        List<GlobalSecondaryIndex> indexes = properties.path("GlobalSecondaryIndexes").valueStream().map(index -> index(index, onDemand, request)).toList();
        if (!indexes.isEmpty()) {
            table.globalSecondaryIndexes(indexes);
        }
        request.part("StreamSpecification").text("StreamViewType").ifPresent(view ->
                table.streamSpecification(StreamSpecification.builder().streamEnabled(true).streamViewType(view).build()));
        return table.build();
    }

    private static GlobalSecondaryIndex index(JsonNode index, boolean onDemand, ResourceRequest table) {
        JsonNode projection = index.path("Projection");
        Projection.Builder projected = Projection.builder().projectionType(projection.path("ProjectionType").asText("ALL"));
        if (projection.has("NonKeyAttributes")) {
            projected.nonKeyAttributes(projection.path("NonKeyAttributes").valueStream().map(JsonNode::asText).toList());
        }
        GlobalSecondaryIndex.Builder built = GlobalSecondaryIndex.builder().indexName(index.path("IndexName").asText())
                .keySchema(keySchema(index)).projection(projected.build());
        if (!onDemand) {
            var whole = new ResourceRequest(table.stack(), table.logicalId(), table.type(), index, table.partition());
            built.provisionedThroughput(throughput(whole.part("ProvisionedThroughput")));
        }
        return built.build();
    }

    private static List<KeySchemaElement> keySchema(JsonNode of) {
        return of.path("KeySchema").valueStream().map(key -> KeySchemaElement.builder()
                .attributeName(key.path("AttributeName").asText()).keyType(key.path("KeyType").asText()).build()).toList();
    }

    private static ProvisionedThroughput throughput(ResourceRequest throughput) {
        return ProvisionedThroughput.builder().readCapacityUnits((long) throughput.integer("ReadCapacityUnits", 5))
                .writeCapacityUnits((long) throughput.integer("WriteCapacityUnits", 5)).build();
    }
}
