package dev.millrace.completeness;

import static dev.millrace.completeness.Things.range;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LostNoticeTest {
    private static final String KEY = "notices/lost/truck-1/1795000000000-4f.json";

    private static LostNotice parse(String key, String payload) {
        return LostNotice.parse(key, payload.getBytes(UTF_8));
    }

    @Test
    void whoSentItIsInTheKey() {
        assertThat(parse(KEY, "{\"v\":1,\"thing\":\"victim\",\"epoch\":3,\"lost\":[[1,9],[12,12]]}"))
                .isEqualTo(new LostNotice("truck-1", 3, List.of(range(1, 9), range(12, 12))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {                                         | not JSON
            {"v":2,"epoch":3,"lost":[[1,9]]}          | v must be 1: '2'
            {"v":1,"epoch":"x","lost":[[1,9]]}        | epoch and seqs must be whole numbers
            {"v":1,"epoch":0,"lost":[[1,9]]}          | epoch and seqs must be whole numbers from 1 to 9007199254740991: '0'
            {"v":1,"epoch":3,"lost":[[9,1]]}          | a range must be [first, last]: '[9,1]'
            {"v":1,"epoch":3,"lost":[[0,1]]}          | epoch and seqs must be whole numbers
            {"v":1,"epoch":3,"lost":[[1,9,12]]}       | a range must be [first, last]: '[1,9,12]'
            {"v":1,"epoch":3,"lost":[[1,1e20]]}       | epoch and seqs must be whole numbers
            {"v":1,"epoch":3,"lost":[7]}              | epoch and seqs must be whole numbers
            """)
    void whatIsNoNoticeIsNamedWithWhatIsWrong(String payload, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(KEY, payload)).withMessageStartingWith(KEY + ": ").withMessageContaining(message);
    }

    @Test
    void aKeyWithoutAThingIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> parse("notices/lost/x.json", "{\"v\":1,\"epoch\":3,\"lost\":[]}"))
                .withMessageContaining("thing name must match");
    }
}
