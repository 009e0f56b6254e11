package dev.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.local.lambda.FunctionSpec;
import dev.millrace.local.lambda.FunctionZip;
import dev.millrace.local.lambda.LambdaHost;
import dev.millrace.local.lambda.RuntimeInterfaceClient;
import dev.millrace.local.template.Deployment;
import dev.millrace.local.template.ResourceProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The function is a real one, in its own process: `src/test/function/example/CustomResourceFunction.java`.
class CustomResourcesTest {
    private static final String ARN = "arn:aws:lambda:eu-west-1:000000000000:function:tables";

    @TempDir
    private static Path shared;
    private static LambdaHost host;

    @TempDir
    private Path directory;
    private final List<String> progress = new ArrayList<>();
    private CustomResources resources;

    @BeforeAll
    static void start() throws IOException {
        host = new LambdaHost(new LambdaHost.Settings("eu-west-1", shared.resolve("work"), RuntimeInterfaceClient.onClassPath(), 2, Map.of()), _ -> { },
                InstantSource.system());
        host.deploy(new FunctionSpec("tables", ARN, FunctionZip.withClasses(Files.createDirectories(shared.resolve("zip"))),
                "example.CustomResourceFunction::handleRequest", 256, Duration.ofSeconds(30), Map.of()));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @Test
    void aResourceThatTheFunctionMakesIsMade() throws Exception {
        Deployment deployment = deploy("java25", resource("Custom::LakeTables", "succeed"));

        make();

        assertThat(progress).containsExactly("asking function tables for Custom::LakeTables Tables");
        assertThat(deployment.notSimulated()).isEmpty();
    }

    @Test
    void theOtherTypeOfCustomResourceIsMadeAsWell() throws Exception {
        deploy("java25", resource("AWS::CloudFormation::CustomResource", "succeed"));

        make();

        assertThat(progress).hasSize(1);
    }

    @Test
    void theReasonOfAFailureEndsTheDeployment() throws Exception {
        deploy("java25", resource("Custom::LakeTables", "fail"));

        // the number came as text
        assertThatThrownBy(this::make).hasMessageStartingWith("stack Flow, resource Tables (Custom::LakeTables): function tables answered FAILED: "
                + "asked to fail, with Limit 25 by Create of Custom::LakeTables in arn:aws:cloudformation:eu-west-1:000000000000:stack/Flow/");
    }

    @Test
    void theFirstFailureIsTheLast() throws Exception {
        deploy("java25", resource("Custom::LakeTables", "fail") + "," + resource("Custom::LakeTables", "succeed").replace("\"Tables\"", "\"Views\""));

        assertThatThrownBy(this::make).hasMessageContaining("resource Tables");
        assertThat(progress).hasSize(1);
    }

    @Test
    void whoDoesNotAnswerInTimeFails() throws Exception {
        deploy("java25", resource("Custom::LakeTables", "sleep").replace("\"Do\"", "\"ServiceTimeout\":1,\"Do\""));
        Instant before = Instant.now();

        assertThatThrownBy(this::make).hasMessageContaining("function tables has not answered to the ResponseURL within 1 s");
        assertThat(Duration.between(before, Instant.now())).as("nobody waits for the function to wake up").isLessThan(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @CsvSource({"return, ended without an answer to the ResponseURL: it returned",
        "throw, 'ended without an answer to the ResponseURL: Runtime.UserException {\"errorMessage\":\"asked to throw\"'",
        "answerAnother, 'answered with RequestId \"another request\", expected '",
        "talk, 'answered with Status \"DONE\", expected SUCCESS or FAILED'",
        "talkMuch, 'more than 4096'",
        "sendType, the ResponseURL was signed without a content type"})
    void anAnswerThatCloudFormationWouldNotTakeFails(String way, String message) throws Exception {
        deploy("java25", resource("Custom::LakeTables", way));

        assertThatThrownBy(this::make).hasMessageContaining("resource Tables").hasMessageContaining(message);
    }

    @Test
    void whatWasAnsweredCountsEvenIfTheFunctionFailsAfterwards() throws Exception {
        deploy("java25", resource("Custom::LakeTables", "answerAndThrow"));

        make();

        assertThat(progress).hasSize(1);
    }

    @Test
    void nothingCanReferToWhatIsMadeLater() {
        refused("java25", resource("Custom::LakeTables", "succeed") + ",\"R\":{\"Type\":\"AWS::X::Y\",\"Properties\":{\"P\":{\"Fn::GetAtt\":[\"Tables\",\"Count\"]}}}",
                "Fn::GetAtt: Custom::LakeTables Flow/Tables is made by a function when the deployment is done");
        refused("java25", resource("Custom::LakeTables", "succeed") + ",\"R\":{\"Type\":\"AWS::X::Y\",\"Properties\":{\"P\":{\"Ref\":\"Tables\"}}}",
                "Ref: Custom::LakeTables Flow/Tables is made by a function");
    }

    @Test
    void aHelperInAnotherLanguageIsListedAndNotAsked() throws Exception {
        Deployment deployment = deploy("nodejs24.x", resource("Custom::AutoDelete", "fail"));

        make();

        assertThat(progress).isEmpty();
        assertThat(deployment.notSimulated()).extracting(Object::toString).containsExactly("AWS::Lambda::Function Flow/Code", "Custom::AutoDelete Flow/Tables");
    }

    @Test
    void aServiceTokenMustBeAFunctionOfTheTemplate() {
        refused("java25", resource("Custom::LakeTables", "succeed").replace("{\"Fn::GetAtt\":[\"Code\",\"Arn\"]}", "\"arn:aws:sns:eu-west-1:0:topic\""),
                "property ServiceToken expected as the ARN of a function or alias of the template, came arn:aws:sns:eu-west-1:0:topic");
        refused("java25", resource("Custom::LakeTables", "succeed").replace("\"Do\"", "\"ServiceTimeout\":3601,\"Do\""),
                "property ServiceTimeout expected as 1 to 3600 seconds, came 3601");
    }

    private static String function(String runtime) {
        return """
                "Code":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"tables","Code":{"S3Key":"c0de.zip"},"Handler":"example.CustomResourceFunction",
                 "Role":"arn:aws:iam::0:role/r","Runtime":"%s"}}""".formatted(runtime);
    }

    private static String resource(String type, String way) {
        return """
                "Tables":{"Type":"%s","Properties":{"ServiceToken":{"Fn::GetAtt":["Code","Arn"]},"Do":"%s","Nested":[{"Limit":25}]}}""".formatted(type, way);
    }

    private void make() throws IOException, InterruptedException {
        resources.make(host, UUID::randomUUID, progress::add);
    }

    private void refused(String runtime, String more, String message) {
        assertThatThrownBy(() -> deploy(runtime, more)).hasMessageContaining(message);
    }

    private Deployment deploy(String runtime, String more) throws IOException {
        OneStack stack = OneStack.of(directory, "{" + function(runtime) + "," + more + "}");
        var lambda = new LambdaResources(stack.assembly());
        resources = new CustomResources(lambda);
        Map<String, ResourceProvider> providers = new HashMap<>(lambda.providers());
        providers.putAll(resources.providers());
        return stack.deploy(providers);
    }
}
