package dev.millrace.local.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.local.template.Provisioned.Standing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateDeployerTest {
    private static final Partition PARTITION = new Partition("eu-west-1", "000000000000");

    private final List<ResourceRequest> created = new ArrayList<>();
    private final Map<String, ResourceProvider> providers = new HashMap<>();

    TemplateDeployerTest() {
        for (String type : List.of("AWS::Kinesis::Stream", "AWS::S3::Bucket", "AWS::Lambda::Function", "AWS::Lambda::EventSourceMapping")) {
            providers.put(type, request -> {
                created.add(request);
                return Provisioned.simulated("the-" + request.logicalId(), Map.of("Arn", "arn:" + request.logicalId()));
            });
        }
        ResourceProvider kept = request -> new Provisioned("the-" + request.logicalId(), Map.of("Arn", "arn:" + request.logicalId()), Standing.NOT_ENFORCED);
        providers.put("AWS::IAM::Role", kept);
        providers.put("AWS::IAM::Policy", kept);
    }

    @Test
    void stacksAndResourcesComeAfterWhatTheyNeed() {
        deploy(twoStacks());

        assertThat(created.stream().map(request -> request.stack() + "/" + request.logicalId()))
                .containsExactly("State/Stream", "State/Lake", "millrace-flow/Ingest", "millrace-flow/Mapping");
    }

    @Test
    void valuesOfOtherStacksAndParametersReachTheProvider() {
        deploy(twoStacks());

        ResourceRequest mapping = created.getLast();
        assertThat(mapping.requiredText("EventSource")).isEqualTo("the-Stream");
        assertThat(mapping.requiredText("FunctionName")).isEqualTo("the-Ingest");
        assertThat(mapping.integer("ParallelizationFactor", 1)).isEqualTo(3);
        ResourceRequest ingest = created.get(2);
        assertThat(ingest.part("Code").text("S3Bucket")).contains("cdk-hnb659fds-assets-000000000000-eu-west-1");
        assertThat(ingest.part("Environment").part("Variables").text("LAKE")).contains("the-Lake");
    }

    @Test
    void whatNobodySimulatesIsListedAndHasANameAllTheSame() {
        Deployment deployment = deploy(twoStacks());

        assertThat(deployment.notSimulated()).hasToString("[AWS::SQS::Queue millrace-flow/Queue]");
        assertThat(created.get(2).part("Environment").part("Variables").requiredText("QUEUE")).matches("millrace-flow-Queue-[0-9A-Z]{12}-QueueName");
        assertThat(deployment.outputs().get("millrace-flow").get("QueueArn")).matches("arn:aws:sqs:eu-west-1:000000000000:millrace-flow-Queue-[0-9A-Z]{12}");
    }

    @Test
    void aResourceAndAnOutputWhoseConditionDoesNotHoldAreLeftOut() {
        Deployment deployment = deploy(twoStacks());

        assertThat(deployment.ofType("AWS::SNS::Topic")).isEmpty();
        assertThat(deployment.outputs().get("State")).containsOnlyKeys("StreamName", "LakeExport");
    }

    @Test
    void aRoleHasTheDocumentsThatTheTemplateAttaches() {
        List<Role> roles = deploy(twoStacks()).roles();

        assertThat(roles).hasSize(1);
        assertThat(roles.getFirst().name()).isEqualTo("the-Role");
        assertThat(roles.getFirst().managedPolicies()).containsExactly("arn:aws:iam::aws:policy/Somewhere");
        assertThat(roles.getFirst().documents()).hasSize(2);
        assertThat(roles.getFirst().documents().getLast().path("Statement").path(0).path("Resource").asText()).isEqualTo("arn:aws:s3:::the-Lake/*");
    }

    @Test
    void anAssetIsFoundByItsObjectKey() {
        assertThat(twoStacks().asset("5a0e.zip")).isRegularFile();
        assertThatThrownBy(() -> twoStacks().asset("other.zip")).hasMessageContaining("other.zip").hasMessageContaining("[5a0e.zip]");
    }

    @Test
    void aFailureOfAProviderNamesTheResource() {
        providers.put("AWS::S3::Bucket", request -> {
            throw new IllegalStateException("disk full");
        });

        assertThatThrownBy(() -> deploy(twoStacks())).isInstanceOf(TemplateException.class)
                .hasMessage("stack State, resource Lake (AWS::S3::Bucket) could not be created: disk full");
    }

    @Test
    void aPropertyThatTheProviderDoesNotKnowIsRefused() {
        providers.put("AWS::Kinesis::Stream", request -> {
            request.allow(Set.of("Name"), Set.of("Tags"));
            return Provisioned.simulated("x", Map.of());
        });

        assertThatThrownBy(() -> deploy(twoStacks())).hasMessage("stack State, resource Stream (AWS::Kinesis::Stream): "
                + "properties [ShardCount] are not implemented by the local cloud");
    }

    @Test
    void anUnknownSectionOrAttributeOrArtifactIsRefused(@TempDir Path directory) throws IOException {
        assertThatThrownBy(() -> deploy(oneStack(directory, "{\"Transform\":\"AWS::Serverless-2016-10-31\",\"Resources\":{}}")))
                .hasMessageContaining("stack One").hasMessageContaining("[Transform]");
        assertThatThrownBy(() -> deploy(oneStack(directory, "{\"Resources\":{\"A\":{\"Type\":\"T\",\"CreationPolicy\":{}}}}")))
                .hasMessageContaining("stack One, resource A").hasMessageContaining("[CreationPolicy]");
        Files.writeString(directory.resolve("manifest.json"), "{\"artifacts\":{\"Stage\":{\"type\":\"cdk:cloud-assembly\"}}}");
        assertThatThrownBy(() -> CloudAssembly.read(directory)).hasMessageContaining("Stage").hasMessageContaining("cdk:cloud-assembly");
    }

    @Test
    void aCycleOfReferencesIsFound(@TempDir Path directory) throws IOException {
        assertThatThrownBy(() -> deploy(oneStack(directory, """
                {"Resources":{"A":{"Type":"T","Properties":{"x":{"Fn::Sub":"${B.Arn}"}}},"B":{"Type":"T","Properties":{"y":[{"Fn::GetAtt":["A","Arn"]}]}}}}
                """))).hasMessageContaining("stack One").hasMessageContaining("A -> B -> A");
    }

    @Test
    void aDependsOnThatNamesNothingIsRefused(@TempDir Path directory) throws IOException {
        assertThatThrownBy(() -> deploy(oneStack(directory, "{\"Resources\":{\"A\":{\"Type\":\"T\",\"DependsOn\":[\"Gone\"]}}}")))
                .hasMessage("stack One, resource A: DependsOn names Gone, which is not there");
    }

    @Test
    void aDirectoryWithoutAManifestIsRefused(@TempDir Path directory) {
        assertThatThrownBy(() -> CloudAssembly.read(directory)).hasMessageContaining("no manifest.json").hasMessageContaining(directory.toString());
    }

    @Test
    void numbersAndFlagsMayBeWrittenAsStringsButNothingElse() throws JsonProcessingException {
        var request = new ResourceRequest("S", "R", "T", new ObjectMapper().readTree("""
                {"number":24,"text":"24","yes":true,"no":"false","list":["a","b"],"bad":"x","object":{}}"""), PARTITION);

        assertThat(List.of(request.integer("number", 0), request.integer("text", 0), request.integer("absent", 5))).containsExactly(24, 24, 5);
        assertThat(List.of(request.flag("yes"), request.flag("no"), request.flag("absent"))).containsExactly(true, false, false);
        assertThat(request.texts("list")).containsExactly("a", "b");
        assertThatThrownBy(() -> request.integer("bad", 0)).hasMessage("stack S, resource R (T): property bad expected as an integer, came \"x\"");
        assertThatThrownBy(() -> request.flag("bad")).hasMessageContaining("true or false");
        assertThatThrownBy(() -> request.text("object")).hasMessageContaining("a string");
        assertThatThrownBy(() -> request.requiredText("absent")).hasMessageContaining("property absent");
    }

    private Deployment deploy(CloudAssembly assembly) {
        return new TemplateDeployer(PARTITION, providers).deploy(assembly);
    }

    private static CloudAssembly twoStacks() {
        try {
            return CloudAssembly.read(Path.of(TemplateDeployerTest.class.getResource("two-stacks").toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CloudAssembly oneStack(Path directory, String template) {
        try {
            Files.writeString(directory.resolve("manifest.json"), """
                    {"artifacts":{"One":{"type":"aws:cloudformation:stack","properties":{"templateFile":"One.json"}}}}""");
            Files.writeString(directory.resolve("One.json"), template);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return CloudAssembly.read(directory);
    }
}
