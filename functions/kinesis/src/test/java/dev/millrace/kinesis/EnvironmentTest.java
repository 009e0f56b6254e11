package dev.millrace.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
    private final Environment environment = new Environment("ingest", Map.of("TABLE", "states", "BLANK", " ", "COUNT", "128"));

    @Test
    void whatIsThereIsRead() {
        assertThat(environment.required("TABLE")).isEqualTo("states");
        assertThat(environment.requiredWholeNumber("COUNT")).isEqualTo(128);
    }

    @Test
    void whatIsMissingOrBlankOrNoNumberIsNamed() {
        for (String name : new String[] {"BLANK", "ELSE"}) {
            assertThatIllegalStateException().isThrownBy(() -> environment.required(name))
                    .withMessage("function ingest: environment variable %s is missing", name);
            assertThatIllegalStateException().isThrownBy(() -> environment.requiredWholeNumber(name))
                    .withMessage("function ingest: environment variable %s is missing", name);
        }
        assertThatIllegalStateException().isThrownBy(() -> environment.requiredWholeNumber("TABLE"))
                .withMessage("function ingest: environment variable TABLE must be a whole number: 'states'");
    }

    @Test
    void aPublishedVersionIsAVersionAndTheLatestCodeIsNone() {
        assertThat(new Environment("archive", Map.of("AWS_LAMBDA_FUNCTION_VERSION", "17")).functionVersion()).contains("17");
        assertThat(new Environment("archive", Map.of("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")).functionVersion()).isEmpty();
        assertThat(environment.functionVersion()).isEmpty();
    }
}
