package dev.millrace.provision;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kinesis.EmbeddedMetrics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProvisionHandlerTest {
    private static final String NO = "{\"allowProvisioning\":false}";

    private final List<Request> asked = new ArrayList<>();
    private final ByteArrayOutputStream metrics = new ByteArrayOutputStream();

    @Test
    void theListDecidesAndNamesTheThing() throws IOException {
        String answer = invoke(new Decision.Allowed("truck-7", "truck", false), Asked.event("SN-1"));

        assertThat(answer).isEqualTo("{\"allowProvisioning\":true,\"parameterOverrides\":{\"ThingName\":\"truck-7\",\"DeviceType\":\"truck\"}}");
        assertThat(asked).containsExactly(new Request("SN-1", "claim-SN-1", Asked.CLAIM_CERTIFICATE, Asked.NEW_CERTIFICATE, Asked.KEY));
        assertThat(metrics.toString(UTF_8)).contains("\"provisioned\":1");
    }

    @Test
    void aRenewalIsCountedAsSuch() throws IOException {
        invoke(new Decision.Allowed("truck-7", "truck", true), Asked.event("SN-1"));

        assertThat(metrics.toString(UTF_8)).contains("\"renewed\":1");
    }

    @Test
    void aRefusalSaysNothingMoreToTheDevice() throws IOException {
        assertThat(invoke(new Decision.Refused("it is not in the list"), Asked.event("SN-1"))).isEqualTo(NO);
        assertThat(metrics.toString(UTF_8)).contains("\"refused\":1");
    }

    @Test
    void aListThatCannotBeAskedIsARefusal() throws IOException {
        assertThat(invoke(_ -> {
            throw new IllegalStateException("the table is down");
        }, new ByteArrayInputStream(Asked.event("SN-1").getBytes(UTF_8)))).isEqualTo(NO);
    }

    @Test
    void anEventThatCannotBeReadIsARefusal() throws IOException {
        // reading a closed stream throws
        InputStream broken = InputStream.nullInputStream();
        broken.close();

        assertThat(invoke(_ -> new Decision.Allowed("truck-7", "truck", false), broken)).isEqualTo(NO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "17", "[]", "\"text\"", "{", "{\"a\":1,\"a\":2}", "{}", "{\"parameters\":[]}", "{\"parameters\":{\"SerialNumber\":{}}}", "\u0000"})
    void whateverIsNoRequestIsRefusedAndTheListIsNotAsked(String event) throws IOException {
        assertThat(invoke(new Decision.Allowed("truck-7", "truck", false), event)).isEqualTo(NO);
        assertThat(asked).isEmpty();
    }

    @Test
    void aRequestNestedTooDeepIsRefused() throws IOException {
        assertThat(invoke(new Decision.Allowed("truck-7", "truck", false), Asked.eventWith("more", "[".repeat(100_000) + "]".repeat(100_000)))).isEqualTo(NO);
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SN 1", "SN/1", "SN.1", "SN+1", "SN#", "*", "${iot:ClientId}", "\\u0000", "..",
        "a2345678901234567890123456789012345678901234567890123456789012345"})
    void aSerialNumberThatCannotBePartOfAClientIdIsRefused(String serial) throws IOException {
        assertThat(invoke(new Decision.Allowed("truck-7", "truck", false), Asked.event(serial))).isEqualTo(NO);
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            claimCertificateId |
            claimCertificateId | "c1"
            certificateId      |
            certificateId      | 17
            certificatePem     |
            certificatePem     | "-----BEGIN CERTIFICATE-----"
            clientId           |
            clientId           | ""
            parameters         |
            parameters         | "SerialNumber"
            """)
    void aMemberThatIsMissingOrWrongIsRefused(String member, String value) throws IOException {
        assertThat(invoke(new Decision.Allowed("truck-7", "truck", false), Asked.eventWith(member, value))).isEqualTo(NO);
        assertThat(asked).isEmpty();
    }

    @Test
    void membersThatAwsMayAddAreSkipped() throws IOException {
        invoke(new Decision.Allowed("truck-7", "truck", false), Asked.eventWith("new", "{\"deep\":[1,{\"SerialNumber\":\"SN-2\"}]}"));

        assertThat(asked).singleElement().satisfies(request -> assertThat(request.serial()).isEqualTo("SN-1"));
    }

    private String invoke(Decision decision, String event) throws IOException {
        return invoke(request -> {
            asked.add(request);
            return decision;
        }, new ByteArrayInputStream(event.getBytes(UTF_8)));
    }

    private String invoke(Serials serials, InputStream event) throws IOException {
        var answer = new ByteArrayOutputStream();
        new ProvisionHandler(serials, new EmbeddedMetrics("provision", new PrintStream(metrics, true, UTF_8), InstantSource.fixed(Instant.EPOCH)))
                .handleRequest(event, answer, null);
        return answer.toString(UTF_8);
    }
}
