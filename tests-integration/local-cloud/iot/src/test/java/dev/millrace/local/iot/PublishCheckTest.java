package dev.millrace.local.iot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishCheckTest {
    private static final String CERTIFICATE = "ab".repeat(32);

    private Instant now = Instant.EPOCH;
    private PublishCheck check;

    @BeforeEach
    void aTruckThatMayPublishItsTelemetryAndUnderOpen(@TempDir Path directory) throws IOException {
        Registry registry = Registry.open(directory.resolve("registry.json"));
        registry.put(List.of(new Registry.Entry("truck-1", CERTIFICATE, List.of("device"), Registry.Status.ACTIVE)));
        Policy policy = Policy.parse("device", JsonMembers.MAPPER.readTree("""
                {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["iot:Publish","iot:Receive"],"Resource":[
                 "arn:aws:iot:eu-west-1:000000000000:topic/$aws/rules/telemetry/dt/${iot:Connection.Thing.ThingName}/*",
                 "arn:aws:iot:eu-west-1:000000000000:topic/$aws/things/*",
                 "arn:aws:iot:eu-west-1:000000000000:topic/$aws/certificates/create*",
                 "arn:aws:iot:eu-west-1:000000000000:topic/$aws/provisioning-templates/device/*",
                 "arn:aws:iot:eu-west-1:000000000000:topic/open/*"]}}"""));
        check = new PublishCheck(new Authority("eu-west-1", "000000000000", registry, List.of(policy)), CERTIFICATE, "truck-1", () -> now);
    }

    @Test
    void anOrdinaryTopicGoesToTheBroker() {
        assertThat(check.inbound("open/a", 10)).isEqualTo(new PublishVerdict.ToBroker());
    }

    @Test
    void basicIngestGoesToTheNamedRuleWithTheRestAsTopic() {
        assertThat(check.inbound("$aws/rules/telemetry/dt/truck-1/truck", 10))
                .isEqualTo(new PublishVerdict.ToRule("telemetry", "dt/truck-1/truck"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"closed/a", "$aws/rules/telemetry/dt/truck-2/truck", "$aws/rules/other/dt/truck-1/truck", "$SYS/x"})
    void whatNoPolicyAllowsIsRefused(String topic) {
        assertThat(check.inbound(topic, 10)).isInstanceOfSatisfying(PublishVerdict.Refused.class,
                refused -> assertThat(refused.reason()).isEqualTo(PublishVerdict.Reason.NOT_AUTHORIZED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$aws/things/truck-1/shadow/update", "$aws/certificates/create/json", "$aws/certificates/create-from-csr/cbor",
        "$aws/provisioning-templates/device/provision/cbor", "$aws/provisioning-templates/device/provision/json/accepted"})
    void otherReservedTopicsAreRefusedAsNotSimulated(String topic) {
        assertThat(check.inbound(topic, 10)).isInstanceOfSatisfying(PublishVerdict.Refused.class,
                refused -> assertThat(refused.reason()).isEqualTo(PublishVerdict.Reason.NOT_SIMULATED));
    }

    @Test
    void provisioningIsAskedForWhereAPolicyAllowsIt() {
        assertThat(check.inbound("$aws/certificates/create-from-csr/json", 10)).isEqualTo(new PublishVerdict.ToProvisioning(new ProvisioningTopic.CreateFromCsr()));
        assertThat(check.inbound("$aws/provisioning-templates/device/provision/json", 10))
                .isEqualTo(new PublishVerdict.ToProvisioning(new ProvisioningTopic.Register("device")));
        assertThat(reason(check.inbound("$aws/provisioning-templates/other/provision/json", 10))).isEqualTo(PublishVerdict.Reason.NOT_AUTHORIZED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$aws/rules/telemetry", "$aws/rules//dt", "$aws/rules/telemetry/", "$aws/rules/"})
    void basicIngestWithoutRuleOrTopicIsRefused(String topic) {
        assertThat(reason(check.inbound(topic, 10))).isEqualTo(PublishVerdict.Reason.INVALID_TOPIC);
    }

    @Test
    void aPayloadHasAtMost128Kilobytes() {
        assertThat(check.inbound("open/a", 131_072)).isEqualTo(new PublishVerdict.ToBroker());
        assertThat(reason(check.inbound("open/a", 131_073))).isEqualTo(PublishVerdict.Reason.TOO_LARGE);
    }

    @Test
    void aTopicHasAtMost256BytesOfUtf8() {
        assertThat(check.inbound("open/" + "é".repeat(125) + "e", 1)).isEqualTo(new PublishVerdict.ToBroker());
        assertThat(reason(check.inbound("open/" + "é".repeat(126), 1))).isEqualTo(PublishVerdict.Reason.INVALID_TOPIC);
    }

    @Test
    void aTopicHasAtMostSevenSlashes() {
        assertThat(check.inbound("open/1/2/3/4/5/6/7", 1)).isEqualTo(new PublishVerdict.ToBroker());
        assertThat(reason(check.inbound("open/1/2/3/4/5/6/7/8", 1))).isEqualTo(PublishVerdict.Reason.INVALID_TOPIC);
    }

    @Test
    void basicIngestDoesNotCountItsFirstThreeLevels() {
        assertThat(check.inbound("$aws/rules/telemetry/dt/truck-1/2/3/4/5/6/7", 1)).isInstanceOf(PublishVerdict.ToRule.class);
        assertThat(check.inbound("$aws/rules/telemetry/dt/truck-1/" + "x".repeat(245), 1)).isInstanceOf(PublishVerdict.ToRule.class);
        assertThat(reason(check.inbound("$aws/rules/telemetry/dt/truck-1/2/3/4/5/6/7/8", 1))).isEqualTo(PublishVerdict.Reason.INVALID_TOPIC);
        assertThat(reason(check.inbound("$aws/rules/telemetry/dt/truck-1/" + "x".repeat(246), 1))).isEqualTo(PublishVerdict.Reason.INVALID_TOPIC);
    }

    @Test
    void theHundredAndFirstPublishOfASecondIsThrottled() {
        for (int i = 0; i < 60; i++) {
            assertThat(check.inbound("open/a", 1)).isEqualTo(new PublishVerdict.ToBroker());
        }
        for (int i = 0; i < 40; i++) {
            assertThat(check.outbound("open/a")).isTrue();
        }
        now = now.plusMillis(999);
        assertThat(reason(check.inbound("open/a", 1))).isEqualTo(PublishVerdict.Reason.THROTTLED);
        assertThat(check.outbound("open/a")).isFalse();

        now = now.plusMillis(1);
        assertThat(check.inbound("open/a", 1)).isEqualTo(new PublishVerdict.ToBroker());
    }

    @Test
    void whatMayNotBeReceivedIsNotDelivered() {
        assertThat(check.outbound("open/a")).isTrue();
        assertThat(check.outbound("closed/a")).isFalse();
    }

    private static PublishVerdict.Reason reason(PublishVerdict verdict) {
        return switch (verdict) {
            case PublishVerdict.Refused(PublishVerdict.Reason reason, String _) -> reason;
            case PublishVerdict.ToBroker _, PublishVerdict.ToRule _, PublishVerdict.ToProvisioning _, PublishVerdict.ToShadow _ -> throw new AssertionError("not refused: " + verdict);
        };
    }
}
