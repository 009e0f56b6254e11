package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static final Path DEFAULT = Path.of("default");

    private static Arguments parse(String... arguments) {
        return Arguments.parse(arguments, DEFAULT);
    }

    @Test
    void withoutArgumentsNothingIsOverridden() {
        assertThat(parse().settings()).isEmpty();
        assertThat(parse().output()).isEqualTo(DEFAULT);
    }

    @Test
    void settingsMayRepeatAndHoldAnEqualsSign() {
        Arguments arguments = parse("-c", "shards=3", "--output", "out", "-c", "functionZips=a=b");

        assertThat(arguments.settings()).containsExactly(entry("shards", "3"), entry("functionZips", "a=b"));
        assertThat(arguments.output()).isEqualTo(Path.of("out"));
    }

    @Test
    void whatIsWrongIsNamed() {
        assertRefused("unknown argument '--shards', expected -c key=value or --output DIR", "--shards", "3");
        assertRefused("-c must be followed by key=value: null", "-c");
        assertRefused("-c must be followed by key=value: 'shards'", "-c", "shards");
        assertRefused("-c must be followed by key=value: '=3'", "-c", "=3");
        assertRefused("-c shards is there twice: 'shards=4'", "-c", "shards=3", "-c", "shards=4");
        assertRefused("--output must be followed by a directory: null", "--output");
        assertRefused("--output must be followed by a directory: ''", "--output", "");
        assertRefused("--output is there twice: 'b'", "--output", "a", "--output", "b");
    }

    private static void assertRefused(String message, String... arguments) {
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> parse(arguments)).withMessage(message);
    }
}
