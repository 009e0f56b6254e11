package dev.millrace.uplink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandInboxTest {
    private final List<String> heard = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final CommandInbox inbox = new CommandInbox("truck-1", (epoch, seqs) -> heard.add(epoch + " " + seqs), problems::add);

    private void receive(String payload) {
        inbox.received("cmd/truck-1/resend", payload.getBytes(UTF_8));
    }

    @Test
    void aRequestForReadingsIsHeardInAnyOrderOfItsMembers() {
        receive("{\"epoch\":1882193403740160,\"from\":17,\"to\":42}");
        receive(" { \"to\" : 17, \"from\" : 17, \"epoch\" : 3 } ");

        assertThat(heard).containsExactly("1882193403740160 17..42", "3 17");
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                                    | is no JSON object, expected
            {                                                     | is no JSON:
            []                                                    | is no JSON object
            {"epoch":1,"from":1}                                  | has no to
            {"epoch":1,"from":1,"to":"2"}                         | to is no integer
            {"epoch":1,"from":1,"to":2.5}                         | to is no integer
            {"epoch":1,"from":1,"to":2,"thing":3}                 | has an unknown member
            {"epoch":1,"from":1,"to":2,"to":3}                    | is no JSON: 'Duplicate field 'to''
            {"epoch":1,"from":1,"to":2}{}                         | goes on after its end
            {"epoch":1,"from":1,"to":99999999999999999999}        | is no JSON:
            {"epoch":0,"from":1,"to":2}                           | epoch not in 1..9007199254740991: 0
            {"epoch":1,"from":0,"to":2}                           | expected 1 <= first <= last <= 9007199254740991: 0..2
            {"epoch":1,"from":3,"to":2}                           | expected 1 <= first <= last <= 9007199254740991: 3..2
            {"epoch":1,"from":1,"to":9007199254740992}            | expected 1 <= first <= last <= 9007199254740991
            {"epoch":1,"from":1,"to":1000001}                     | asks for 1000001 readings, more than 1000000
            """)
    void whatIsNoRequestIsRefusedWithTheReason(String payload, String problem) {
        receive(payload);

        assertThat(heard).isEmpty();
        assertThat(problems).singleElement().asString().startsWith("command on cmd/truck-1/resend refused: ").contains(problem);
    }

    @Test
    void aLongOneIsNotEvenRead() {
        receive("{\"epoch\":1,\"from\":1,\"to\":2" + " ".repeat(500) + "}");
        assertThat(problems).containsExactly("command on cmd/truck-1/resend refused: has 527 bytes, more than 500");
    }

    @Test
    void otherTopicsAreNoCommands() {
        inbox.received("cmd/truck-1/reboot", new byte[0]);
        inbox.received("cmd/truck-2/resend", "{\"epoch\":1,\"from\":1,\"to\":2}".getBytes(UTF_8));

        assertThat(heard).isEmpty();
        assertThat(problems).as("other topics are for others to hear").containsExactly("message on 'cmd/truck-1/reboot' is no command, expected cmd/truck-1/resend");
        assertThat(inbox.filter()).isEqualTo("cmd/truck-1/#");
    }
}
