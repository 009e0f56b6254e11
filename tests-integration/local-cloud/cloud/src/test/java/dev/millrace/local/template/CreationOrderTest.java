package dev.millrace.local.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CreationOrderTest {
    @Test
    void everythingComesAfterWhatItNeedsAndElseInTheOrderOfTheTemplate() {
        Map<String, Set<String>> needs = new LinkedHashMap<>();
        needs.put("mapping", Set.of("stream", "alias"));
        needs.put("alias", Set.of("version"));
        needs.put("bucket", Set.of());
        needs.put("version", Set.of("function"));
        needs.put("function", Set.of("bucket"));
        needs.put("stream", Set.of());

        assertThat(CreationOrder.of("stack Flow", needs)).isEqualTo(List.of("bucket", "function", "version", "alias", "stream", "mapping"));
    }

    @Test
    void aCycleIsShownAsAPath() {
        Map<String, Set<String>> needs = new LinkedHashMap<>();
        needs.put("outside", Set.of("a"));
        needs.put("a", Set.of("b"));
        needs.put("b", Set.of("c"));
        needs.put("c", Set.of("a"));

        assertThatThrownBy(() -> CreationOrder.of("stack Flow", needs)).isInstanceOf(TemplateException.class)
                .hasMessage("stack Flow: circular dependency a -> b -> c -> a");
    }

    @Test
    void whatNeedsItselfIsACycle() {
        assertThatThrownBy(() -> CreationOrder.of("stack Flow", Map.of("a", Set.of("a")))).hasMessageEndingWith("a -> a");
    }

    @Test
    void aNeedThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> CreationOrder.of("assembly x", Map.of("Flow", Set.of("State"))))
                .hasMessage("assembly x: Flow depends on State, which is not there");
    }
}
