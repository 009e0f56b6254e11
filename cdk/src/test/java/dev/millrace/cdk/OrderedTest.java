package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class OrderedTest {
    @Test
    void keysStayAsTheyAreWritten() {
        assertThat(Ordered.map("z", 1, "a", 2, "m", 3).keySet()).containsExactly("z", "a", "m");
        assertThat(Ordered.strings("z", "1", "a", "2").keySet()).containsExactly("z", "a");
    }

    @Test
    void aKeyWithoutValueOrTwiceIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Ordered.map("a", 1, "b")).withMessage("key without value: b");
        assertThatIllegalArgumentException().isThrownBy(() -> Ordered.map("a", 1, "a", 2)).withMessage("key is no string or there twice: a");
        assertThatIllegalArgumentException().isThrownBy(() -> Ordered.map("a", 1, 7, 2)).withMessage("key is no string or there twice: 7");
        assertThatIllegalArgumentException().isThrownBy(() -> Ordered.strings("a")).withMessage("key without value: a");
        assertThatIllegalArgumentException().isThrownBy(() -> Ordered.strings("a", "1", "a", "2")).withMessage("key is there twice: a");
    }
}
