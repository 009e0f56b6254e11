package dev.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The commands as processes of their own, as the launcher starts them, with what AWS clients read from the environment. In the
/// place of Node is a program that writes down what it was asked for: the CDK's command line needs an account.
@Timeout(120)
class DeployCommandsTest {
    private static final Path LOCK = Path.of("../../../cdk/package-lock.json");

    @TempDir
    private Path directory;
    private FakeAws aws;

    private record Ended(int exitCode, String out, String asked) {
    }

    @BeforeEach
    void start() throws Exception {
        aws = new FakeAws("eu-west-1");
        SmallAssembly.write(directory.resolve("cdk.out"), "PROVISIONED");
        Path cli = Files.createDirectories(directory.resolve("cdk/node_modules/aws-cdk"));
        Files.copy(LOCK, directory.resolve("cdk/package-lock.json"));
        Files.copy(Path.of("../../../cdk/cdk.json"), directory.resolve("cdk/cdk.json"));
        Files.writeString(cli.resolve("package.json"), "{\"version\": \"0.0.0\"}");
        program("node", "echo \"$AWS_REGION $*\" >> \"%s\"".formatted(directory.resolve("asked")));
        // installs the locked version
        program("npm", "echo \"npm $*\" >> '%s'; sed -n 's/.*\"version\": \"\\(2[^\"]*\\)\".*/{\"version\": \"\\1\"}/p' package-lock.json > node_modules/aws-cdk/package.json"
                .formatted(directory.resolve("asked")));
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void deployAsksTheDoctorThenInstallsTheLockedVersionOnceAndDeploysTheAssemblyThatWasExamined() throws Exception {
        Ended first = run("", "deploy", "--assembly", assembly(), "--", "--require-approval", "never");
        Ended second = run("", "deploy", "--assembly", assembly());

        assertThat(first.exitCode()).as(first.out()).isZero();
        assertThat(first.out()).contains("nothing found that stands in the way");
        String deploy = "eu-west-1 %s deploy --app %s --all --outputs-file %s".formatted(directory.toRealPath().resolve("cdk/node_modules/aws-cdk/bin/cdk"),
                assembly(), directory.toRealPath().resolve(".millrace/outputs/prod.json"));
        assertThat(second.asked().lines()).containsExactly("npm ci --ignore-scripts --no-audit --no-fund", deploy + " --require-approval never", deploy);
    }

    @Test
    void deployStopsWhereTheDoctorFailsUnlessToldToSkipIt() throws Exception {
        aws.json("ssm:GetParameter", "{\"Parameter\":{\"Value\":\"5\"}}");

        Ended stopped = run("", "deploy", "--assembly", assembly());
        Ended skipped = run("", "deploy", "--assembly", assembly(), "--skip-doctor");

        assertThat(stopped.exitCode()).isEqualTo(1);
        assertThat(stopped.out()).contains("FAIL     bootstrap").contains("nothing was deployed");
        assertThat(stopped.asked()).isEmpty();
        assertThat(skipped.exitCode()).as(skipped.out()).isZero();
        assertThat(skipped.asked()).contains(" deploy --app ");
    }

    @Test
    void doctorTellsTheLoadThatDoesNotFitByItsExitCode() throws Exception {
        assertThat(run("", "doctor", "--assembly", assembly(), "--things", "1000").exitCode()).isZero();
        Ended failed = run("", "doctor", "--assembly", assembly(), "--things", "100000", "--interval", "0.5");

        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out()).contains("200,000 publishes a second are needed, 40,000 allowed");
    }

    @Test
    void diffWithoutCredentialsSaysSoAndComparesNothing() throws Exception {
        aws.refuse("sts:GetCallerIdentity", 403, "InvalidClientTokenId", "The security token included in the request is invalid.");

        Ended ended = run("", "diff", "--assembly", assembly());

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).contains("millrace diff: no credentials that AWS takes: ").contains("InvalidClientTokenId");
        assertThat(ended.asked()).isEmpty();
    }

    @Test
    void diffComparesBothStacks() throws Exception {
        Ended ended = run("", "diff", "--assembly", assembly(), "--", "--fail");

        assertThat(ended.exitCode()).as(ended.out()).isZero();
        assertThat(ended.asked()).contains(" diff --app " + assembly() + " --all --fail");
    }

    @Test
    void destroySaysWhatStaysByWhatIsDeployedAndWantsTheEnvironmentsName() throws Exception {
        aws.stacks("UPDATE_COMPLETE", false);
        // another template is deployed than would be: it decides
        aws.xml("cloudformation:GetTemplate", "<TemplateBody>{\"Resources\":{\"Telemetry\":{\"Type\":\"AWS::Kinesis::Stream\",\"DeletionPolicy\":\"Retain\"},"
                + "\"Lake\":{\"Type\":\"AWS::S3::Bucket\",\"DeletionPolicy\":\"Delete\"}}}</TemplateBody>");

        Ended wrong = run("dev\n", "destroy", "--assembly", assembly());
        Ended right = run("prod\n", "destroy", "--assembly", assembly());

        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.out()).contains("Of the environment prod in eu-west-1 of account 111122223333 these stay")
                .contains("aws kinesis delete-stream --enforce-consumer-deletion --stream-name telemetry-1").doesNotContain("lake-1")
                .contains("nothing was deleted: expected 'prod', got 'dev'");
        assertThat(wrong.asked()).isEmpty();
        assertThat(right.exitCode()).as(right.out()).isZero();
        assertThat(right.asked()).contains(" destroy --app " + assembly() + " --all --force");
    }

    @Test
    void destroyTakesTheNameFromScriptsToo() throws Exception {
        aws.stacks("UPDATE_COMPLETE", false).xml("cloudformation:GetTemplate", "<TemplateBody>Resources: {}</TemplateBody>");

        assertThat(run("", "destroy", "--assembly", assembly(), "--yes", "staging").asked()).isEmpty();
        Ended meant = run("", "destroy", "--assembly", assembly(), "--yes", "prod");

        assertThat(meant.exitCode()).as(meant.out()).isZero();
        assertThat(meant.out()).contains("empty it with all its versions (S3 console, Empty), then aws s3 rb s3://lake-1")
                .contains("aws timestream-write delete-table --database-name HotStore --table-name readings");
        assertThat(meant.asked()).contains(" destroy ");
    }

    @Test
    void destroyStopsBeforeAStackThatIsProtectedSoThatNoHalfIsLeft() throws Exception {
        aws.stacks("UPDATE_COMPLETE", true);

        Ended ended = run("", "destroy", "--assembly", assembly(), "--yes", "prod");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).contains("is protected against deletion, nothing was deleted").contains("./millrace deploy -c environment=prod -c deletionProtection=false");
        assertThat(ended.asked()).isEmpty();
    }

    @Test
    void destroyOfWhatIsNotThereSaysSo() throws Exception {
        Ended ended = run("", "destroy", "--assembly", assembly(), "--yes", "prod");

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).contains("nothing of the environment prod is in eu-west-1 of account 111122223333");
    }

    @Test
    void wrongArgumentsEndWithExitCode2AndSayWhatWasExpected() throws Exception {
        for (Map.Entry<List<String>, String> wrong : Map.of(
                List.of("doctor", "--assembly", directory.toString()), "is no cloud assembly: it has no manifest.json",
                List.of("doctor", "--assembly", assembly(), "-c", "shards=3"), "-c has no effect on an assembly that is ready",
                List.of("doctor", "--assembly", assembly(), "--timeout", "0"), "--timeout must be 1 to 300: 0",
                List.of("doctor", "--assembly", assembly(), "--things", "0"), "--things must be 1 to 10000000: 0").entrySet()) {
            Ended ended = run("", wrong.getKey().toArray(String[]::new));

            assertThat(ended.exitCode()).as(ended.out()).isEqualTo(2);
            assertThat(ended.out()).contains(wrong.getValue());
        }
    }

    private String assembly() throws IOException {
        return directory.toRealPath().resolve("cdk.out").toString();
    }

    private void program(String name, String line) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Ended run(String input, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-cp", System.getProperty("java.class.path"), "dev.millrace.cli.Millrace", arguments[0], "--root", directory.toString(),
                "--node", directory.resolve("node").toString(), "--npm", directory.resolve("npm").toString()));
        line.addAll(List.of(arguments).subList(1, arguments.length));
        Path out = directory.resolve("out");
        var builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().putAll(Map.of("AWS_ENDPOINT_URL", aws.endpoint(), "AWS_REGION", "eu-west-1", "AWS_ACCESS_KEY_ID", "AKIDADA", "AWS_SECRET_ACCESS_KEY", "secret"));
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        int exitCode = process.waitFor();
        Path asked = directory.resolve("asked");
        return new Ended(exitCode, Files.readString(out), Files.exists(asked) ? Files.readString(asked) : "");
    }
}
