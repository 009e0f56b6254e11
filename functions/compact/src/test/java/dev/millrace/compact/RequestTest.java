package dev.millrace.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RequestTest {
    private static Request read(String event) throws IOException {
        return Request.read(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aScheduleAsksForClosedHoursAndAnOperatorMayAskForMore() throws IOException {
        assertThat(read("{\"source\":\"aws.events\",\"detail-type\":\"Scheduled Event\",\"detail\":{}}")).isEqualTo(Request.Compact.CLOSED_HOURS);
        assertThat(read("{}")).isEqualTo(Request.Compact.CLOSED_HOURS);
        assertThat(read("{\"includeOpenHours\":true}")).isEqualTo(new Request.Compact(true, false));
        assertThat(read("{\"includeFinalHours\":true}")).isEqualTo(new Request.Compact(false, true));
    }

    @Test
    void cloudFormationAsksForTheTables() throws IOException {
        String event = """
                {"RequestType":"%s","ResponseURL":"https://example.com/a?b=c","StackId":"s","RequestId":"r","LogicalResourceId":"Tables",
                 "ResourceType":"Custom::LakeTables","ResourceProperties":{"ServiceToken":"arn","columns":"x"}}""";

        assertThat(read(event.formatted("Update"))).isEqualTo(new Request.Deploy(false, URI.create("https://example.com/a?b=c"), "s", "r", "Tables"));
        assertThat(((Request.Deploy) read(event.formatted("Delete"))).isDelete()).isTrue();
    }

    @Test
    void whatIsNoneOfTheseIsRefusedWithWhatCame() {
        assertThatIllegalArgumentException().isThrownBy(() -> read("{")).withMessageStartingWith("event is not JSON: ");
        assertThatIllegalArgumentException().isThrownBy(() -> read("[1]")).withMessage("event must be a JSON object: ARRAY");
        assertThatIllegalArgumentException().isThrownBy(() -> read("{\"includeOpenHours\":\"yes\"}")).withMessage("includeOpenHours must be true or false: \"yes\"");
        assertThatIllegalArgumentException().isThrownBy(() -> read("{\"includeFinalHours\":1}")).withMessage("includeFinalHours must be true or false: 1");
        assertThatIllegalArgumentException().isThrownBy(() -> read("{\"RequestType\":\"Create\"}")).withMessage("member ResponseURL of the event must be text: ");
    }
}
