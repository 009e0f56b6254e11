package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.events.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.crt.mqtt5.packets.PubAckPacket.PubAckReasonCode;

/// The process as its parent sees it.
class LocalIotProcessTest {
    enum End { STDIN_ENDS, SIGTERM }

    @TempDir
    private Path directory;
    private FakeAws aws;
    private Process process;

    @BeforeEach
    void startFake() throws IOException {
        aws = new FakeAws();
    }

    @AfterEach
    void stop() {
        aws.close();
        process.destroyForcibly();
    }

    @ParameterizedTest
    @EnumSource
    void whatWasAcknowledgedIsRunBeforeTheProcessEnds(End end) throws Exception {
        process = start(config(0, "[\"truck-1\"]"));
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String ready = output.readLine();
        assertThat(ready).as(this::errors).startsWith("READY {");
        int port = JsonMembers.MAPPER.readTree(ready.substring("READY ".length())).path("port").asInt();
        aws.hold();
        try (var device = new TestDevice(port, directory.resolve("certs"), "truck-1", "truck-1")) {
            assertThat(device.nextEvent()).isEqualTo(TestDevice.CONNECTED);
            for (int i = 0; i < 80; i++) {
                assertThat(device.publish(Topics.telemetry("telemetry", "truck-1", "truck"), new byte[]{(byte) i})).isEqualTo(PubAckReasonCode.SUCCESS);
            }
            switch (end) {
                case STDIN_ENDS -> process.outputWriter().close();
                // destroy() of the process itself would close its standard input too
                case SIGTERM -> process.toHandle().destroy();
            }
            assertThat(process.waitFor(200, TimeUnit.MILLISECONDS)).as("ended before the messages were run").isFalse();
            aws.release();
        }

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(aws.records()).hasSize(80);
        assertThat(process.exitValue()).isEqualTo(end == End.SIGTERM ? 128 + 15 : 0);
        assertThat(output.readLine()).as("more than one line on standard output").isNull();
    }

    @Test
    void aPortInUseEndsTheProcessWithCode2AndNamesThePort() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            process = start(config(taken.getLocalPort(), "[]"));

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(2);
            assertThat(errors()).contains("port " + taken.getLocalPort() + " on 127.0.0.1 is in use");
        }
    }

    @Test
    void aWrongConfigurationEndsTheProcessWithCode1AndNamesTheMember() throws Exception {
        process = start(config(0, "7"));

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(errors()).contains("config.fleet.things: expected a list, is '7'");
    }

    private String config(int port, String things) {
        return """
                {"port":%d,"region":"eu-west-1","account":"000000000000","awsEndpoint":"%s","directory":"%s",
                 "policies":[{"name":"all","document":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iot:*","Resource":"*"}}}],
                 "rules":[{"name":"telemetry","payload":{"Sql":"SELECT *","AwsIotSqlVersion":"2016-03-23",
                   "Actions":[{"Kinesis":{"StreamName":"readings","PartitionKey":"${clientid()}","RoleArn":"arn:r"}}]}}],
                 "fleet":{"things":%s,"policy":"all"}}
                """.formatted(port, aws.endpoint(), directory, things);
    }

    private Process start(String config) throws IOException {
        Path file = Files.writeString(directory.resolve("config.json"), config);
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Daws.cborEnabled=false",
                "-cp", System.getProperty("java.class.path"), LocalIot.class.getName(), file.toString())
                .redirectError(directory.resolve("stderr.txt").toFile())
                .start();
    }

    private String errors() {
        try {
            return Files.readString(directory.resolve("stderr.txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
