package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IotConfigTest {
    private static final String GOOD = """
            {"port":8883,"region":"eu-west-1","account":"000000000000","awsEndpoint":"http://127.0.0.1:4566","directory":"work",
             "policies":[{"name":"device","document":{"Version":"2012-10-17","Statement":[]}}],
             "rules":[{"name":"telemetry","payload":{"Sql":"SELECT *","AwsIotSqlVersion":"2016-03-23",
               "Actions":[{"Kinesis":{"StreamName":"s","PartitionKey":"k","RoleArn":"r"}}]}}],
             "fleet":{"things":["truck-1","truck-2"],"policy":"device"}}""";

    @Test
    void everyMemberIsRead() {
        IotConfig config = IotConfig.parse(GOOD);

        assertThat(config.port()).isEqualTo(8883);
        assertThat(config.region()).isEqualTo("eu-west-1");
        assertThat(config.account()).isEqualTo("000000000000");
        assertThat(config.awsEndpoint()).hasToString("http://127.0.0.1:4566");
        assertThat(config.directory()).isEqualTo(Path.of("work"));
        assertThat(config.policies()).extracting(Policy::name).containsExactly("device");
        assertThat(config.rules()).extracting(TopicRule::name).containsExactly("telemetry");
        assertThat(config.fleet()).isEqualTo(new IotConfig.Fleet(java.util.List.of("truck-1", "truck-2"), "device"));
    }

    @Test
    void theFleetMayBeAbsent() {
        assertThat(IotConfig.parse(GOOD.replaceAll(",\\s*\"fleet\".*", "}")).fleet().things()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "8883 | 65536 | config.port: expected an integer in 0..65535, is '65536'",
        "8883 | \"8883\" | config.port: expected an integer",
        "\"port\":8883, | | config.port: expected an integer in 0..65535, is absent",
        "eu-west-1 | Ireland | region: expected a region such as eu-west-1, is 'Ireland'",
        "000000000000 | 1 | account: expected 12 digits, is '1'",
        "http://127.0.0.1:4566 | 127.0.0.1 | awsEndpoint: expected http(s)://host:port, is '127.0.0.1'",
        "http://127.0.0.1:4566 | http://a b | config.awsEndpoint",
        "\"work\" | 7 | config.directory: expected text, is '7'",
        "\"region\" | \"regoin\" | config.regoin: unknown member",
        "\"name\":\"device\" | \"name\":\"a b\" | policy name must match",
        "\"document\" | \"dokument\" | config.policies[0].dokument: unknown member",
        "2016-03-23 | 2015-10-08 | rule telemetry.AwsIotSqlVersion: only 2016-03-23 is simulated, is 2015-10-08",
        "truck-2 | truck-1 | thing 'truck-1' stands twice",
        "truck-2 | truck/2 | thing name must match",
        "\"policy\":\"device\" | \"policy\":\"devise\" | fleet.policy: no policy is named 'devise'; there are [device]",
        "\"port\":8883 | \"port\":1,\"port\":2 | config: not JSON: Duplicate field 'port'"})
    void aWrongMemberIsNamed(String part, String instead, String message) {
        assertThatThrownBy(() -> IotConfig.parse(GOOD.replace(part, instead == null ? "" : instead)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }
}
