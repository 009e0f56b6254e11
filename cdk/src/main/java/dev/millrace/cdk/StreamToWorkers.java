package dev.millrace.cdk;

import dev.millrace.events.LakeLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.ec2.FlowLogDestination;
import software.amazon.awscdk.services.ec2.FlowLogOptions;
import software.amazon.awscdk.services.ec2.FlowLogTrafficType;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecs.AwsLogDriverProps;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.ContainerInsights;
import software.amazon.awscdk.services.ecs.CpuArchitecture;
import software.amazon.awscdk.services.ecs.DeploymentCircuitBreaker;
import software.amazon.awscdk.services.ecs.FargateService;
import software.amazon.awscdk.services.ecs.FargateTaskDefinition;
import software.amazon.awscdk.services.ecs.LogDriver;
import software.amazon.awscdk.services.ecs.OperatingSystemFamily;
import software.amazon.awscdk.services.ecs.RuntimePlatform;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kinesis.IStream;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/// Containers on Fargate that read the stream for ingest and archive, in place of functions and event source mappings: what they
/// cost depends on time, not on calls. Any number of them share the shards (docs/decisions/0020).
///
/// They have a network of their own with public subnets and no way in: calls of AWS go out directly, those of S3 and DynamoDB through
/// gateways that cost nothing, and no NAT gateway is paid for.
final class StreamToWorkers extends Construct {
    /// The consumers, which have a table of leases each.
    static final List<String> CONSUMERS = List.of("ingest", "archive");

    /// KCL's index of a table of leases.
    private static final String OWNERS = "LeaseOwnerToLeaseKeyIndex";
    private static final int CPU_UNITS = 1_024;
    private static final int MEMORY_MIB = 4_096;
    /// The worker hands its shards over within 45 s; Fargate gives 120 s at most.
    private static final int STOP_SECONDS = 60;

    private final Props props;

    /// @param variables what the consumers read
    record Props(Config config, IStream stream, ITable states, Optional<HotStore.Tables> hotStore, IBucket lake, IBucket failures, Map<String, String> variables) {
    }

    StreamToWorkers(Construct scope, String id, Props props) {
        super(scope, id);
        this.props = props;
        LogGroup logs = LogGroup.Builder.create(this, "Logs").retention(RetentionDays.ONE_MONTH).removalPolicy(RemovalPolicy.DESTROY).build();
        FargateTaskDefinition task = FargateTaskDefinition.Builder.create(this, "Task")
                .cpu(CPU_UNITS)
                .memoryLimitMiB(MEMORY_MIB)
                .runtimePlatform(RuntimePlatform.builder().cpuArchitecture(CpuArchitecture.ARM64).operatingSystemFamily(OperatingSystemFamily.LINUX).build())
                .taskRole(role())
                .build();
        task.addContainer("Worker", ContainerDefinitionOptions.builder()
                .image(ContainerImage.fromAsset(props.config().workerDirectory().toString()))
                .environment(variables())
                .logging(LogDriver.awsLogs(AwsLogDriverProps.builder().logGroup(logs).streamPrefix("worker").build()))
                .stopTimeout(Duration.seconds(STOP_SECONDS))
                .build());
        Vpc network = network(logs);
        FargateService.Builder.create(this, "Service")
                .cluster(Cluster.Builder.create(this, "Cluster").vpc(network).containerInsightsV2(ContainerInsights.ENABLED).build())
                .taskDefinition(task)
                .desiredCount(props.config().workers())
                // the others take the shards of those that are replaced
                .minHealthyPercent(50)
                .maxHealthyPercent(200)
                .assignPublicIp(true)
                .vpcSubnets(SubnetSelection.builder().subnetType(SubnetType.PUBLIC).build())
                .securityGroups(List.of(SecurityGroup.Builder.create(this, "NoWayIn").vpc(network).description("Stream workers: nobody calls them").build()))
                .circuitBreaker(DeploymentCircuitBreaker.builder().rollback(true).build())
                .build();
    }

    private Vpc network(LogGroup logs) {
        Vpc network = Vpc.Builder.create(this, "Network")
                .maxAzs(2)
                .natGateways(0)
                // it would be done by a function of the CDK with rights on every security group; nothing is in that group
                .restrictDefaultSecurityGroup(false)
                .subnetConfiguration(List.of(SubnetConfiguration.builder().name("Public").subnetType(SubnetType.PUBLIC).cidrMask(24).mapPublicIpOnLaunch(false).build()))
                .build();
        network.addGatewayEndpoint("S3", GatewayVpcEndpointOptions.builder().service(GatewayVpcEndpointAwsService.S3).build());
        network.addGatewayEndpoint("DynamoDb", GatewayVpcEndpointOptions.builder().service(GatewayVpcEndpointAwsService.DYNAMODB).build());
        network.addFlowLog("Rejected", FlowLogOptions.builder().destination(FlowLogDestination.toCloudWatchLogs(logs)).trafficType(FlowLogTrafficType.REJECT).build());
        return network;
    }

    private Map<String, String> variables() {
        Config config = props.config();
        Map<String, String> variables = new LinkedHashMap<>(props.variables());
        variables.putAll(Ordered.strings(
                "STREAM_ARN", props.stream().getStreamArn(),
                "FAILURES_BUCKET", props.failures().getBucketName(),
                "LEASES_TABLES", config.leasesTables(),
                "INGEST_BATCH_SIZE", Integer.toString(config.ingestBatchSize()),
                "INGEST_WINDOW_SECONDS", Integer.toString(config.ingestWindowSeconds()),
                "ARCHIVE_BATCH_SIZE", Integer.toString(config.archiveBatchSize()),
                "ARCHIVE_WINDOW_SECONDS", Integer.toString(config.archiveWindowSeconds()),
                "RECORD_AGE_HOURS", Integer.toString(StreamToFunction.recordAgeHours(config.streamRetentionHours()))));
        // the order in which the library writes them is that of the map
        return new TreeMap<>(variables);
    }

    private Role role() {
        Role role = Role.Builder.create(this, "Role").assumedBy(new ServicePrincipal("ecs-tasks.amazonaws.com")).build();
        statements().forEach(role::addToPolicy);
        Allow.key(role, props.stream().getEncryptionKey(), "kms:Decrypt", "kms:GenerateDataKey");
        return role;
    }

    /// What KCL calls ("IAM permissions required for KCL consumer applications"), without what enhanced fan-out, metrics and the
    /// tables of earlier versions need; then what the functions have.
    private List<PolicyStatement> statements() {
        IBucket lake = props.lake();
        List<PolicyStatement> statements = new ArrayList<>(List.of(
                Allow.on(props.stream().getStreamArn(), "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"),
                Allow.on(CONSUMERS.stream().map(this::leases).toList(), "dynamodb:CreateTable", "dynamodb:DeleteItem", "dynamodb:DescribeTable",
                        "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Scan", "dynamodb:UpdateItem", "dynamodb:UpdateTable"),
                // it looks whether an earlier version has left tables of these names
                Allow.on(CONSUMERS.stream().flatMap(consumer -> Stream.of(leases(consumer) + "-CoordinatorState", leases(consumer) + "-WorkerMetricStats")).toList(),
                        "dynamodb:DescribeTable"),
                Allow.on(CONSUMERS.stream().map(consumer -> leases(consumer) + "/index/" + OWNERS).toList(), "dynamodb:Query"),
                Allow.on(props.states().getTableArn(), "dynamodb:BatchGetItem", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate"),
                Allow.on(List.of(lake.arnForObjects(LakeLayout.LANDING_PREFIX + "*"), lake.arnForObjects(LakeLayout.QUARANTINE_PREFIX + "*"),
                        props.failures().arnForObjects(LakeLayout.FAILED_BATCHES_PREFIX + "*")), "s3:PutObject")));
        props.hotStore().ifPresent(tables -> statements.addAll(HotStore.Tables.writes(List.of(tables.readingsArn(), tables.rollupsArn()), props.failures())));
        return statements;
    }

    private String leases(String consumer) {
        Stack stack = Stack.of(this);
        return "arn:%s:dynamodb:%s:%s:table/%s-%s".formatted(stack.getPartition(), stack.getRegion(), stack.getAccount(), props.config().leasesTables(), consumer);
    }
}
