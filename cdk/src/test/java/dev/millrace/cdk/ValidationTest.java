package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.sqs.CfnQueue;

class ValidationTest {
    @Test
    void theTemplatesPassTheValidatorInStrictMode() {
        // Synth fails on any finding that is not acknowledged with a reason
        assertThat(Synth.templates().state().get("Resources")).isNotEmpty();
        assertThat(Synth.templates().flow().get("Resources")).isNotEmpty();
    }

    @Test
    void theValidatorWouldHaveFoundAWrongProperty() {
        App app = Synth.app(Map.of());
        CfnQueue.Builder.create((Stack) app.getNode().findChild("Millrace-dev-Flow"), "Wrong").messageRetentionPeriod(5).build();

        assertThatThrownBy(app::synth).hasMessageContaining("MessageRetentionPeriod");
    }
}
