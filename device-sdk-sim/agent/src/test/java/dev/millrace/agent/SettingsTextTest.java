package dev.millrace.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTextTest {
    private static AgentSettings read(Map<String, String> values) {
        SettingsText text = SettingsText.of(values);
        AgentSettings settings = AgentSettings.from(text, AgentSettings.defaults());
        text.requireNoOthers();
        return settings;
    }

    @Test
    void withoutAnyTheDefaultsHold() {
        assertThat(read(Map.of())).isEqualTo(AgentSettings.defaults());
    }

    @Test
    void eachSettingIsReadByTheNameOfItsComponent() {
        assertThat(read(Map.ofEntries(Map.entry("packBytesMax", "9700"), Map.entry("linger", "500ms"), Map.entry("inFlightPacksMax", "20"),
                Map.entry("answerTimeout", "1m"), Map.entry("backoffMin", "2s"), Map.entry("backoffMax", "1h"), Map.entry("liveSpan", "10s"),
                Map.entry("liveReadingsMax", "500"), Map.entry("backlogPacksPerSecond", "20"), Map.entry("journal.sync", "interval 250ms"),
                Map.entry("journal.segmentBytesMax", "65536"), Map.entry("journal.bytesMax", "5368709120"),
                Map.entry("journal.whenFull", "drop-oldest"), Map.entry("journal.ageMax", "30d"), Map.entry("journal.retainedBytesMax", "0"),
                Map.entry("journal.retainedAgeMax", "12h"))))
                .isEqualTo(new AgentSettings(9_700, Duration.ofMillis(500), 20, Duration.ofMinutes(1), Duration.ofSeconds(2), Duration.ofHours(1),
                        Duration.ofSeconds(10), 500, 20, new JournalSettings(new SyncPolicy.ByInterval(Duration.ofMillis(250)), 65_536,
                        5_368_709_120L, JournalSettings.WhenFull.DROP_OLDEST, Duration.ofDays(30), 0, Duration.ofHours(12))));
        assertThat(read(Map.of("journal.sync", "count 100")).journal().sync()).isEqualTo(new SyncPolicy.ByCount(100));
        assertThat(read(Map.of("journal.sync", "each-append")).journal().sync()).isEqualTo(new SyncPolicy.EachAppend());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            linger               | soon        | linger: expected a time such as 500ms, 2s, 10m, 1h or 7d, came 'soon'
            linger               | 2h          | linger not in PT0S..PT1H: PT2H
            packBytesMax         | 4,700       | packBytesMax: expected a whole number, came '4,700'
            packBytesMax         | 99999999999 | packBytesMax: expected a number of at most 9 digits, came '99999999999'
            packBytesMax         | 99          | packBytesMax not in 256..131072: 99
            journal.sync         | always      | journal.sync: expected 'each-append', 'interval 1s' or 'count 100', came 'always'
            journal.sync         | interval    | journal.sync: expected 'each-append', 'interval 1s' or 'count 100', came 'interval'
            journal.whenFull     | panic       | journal.whenFull: expected one of [reject-new, drop-oldest], came 'panic'
            journal.bytesMax     | 10          | journal.bytesMax not in 2097152..1099511627776: 10
            """)
    void aWrongValueIsRefusedWithItsKeyWhatWasExpectedAndWhatCame(String key, String value, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of(key, value))).withMessage(message);
    }

    @Test
    void anUnknownKeyIsRefusedAndTheKnownOnesAreNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("lingr", "2s", "linger", "2s")))
                .withMessageStartingWith("lingr: expected one of [answerTimeout, ").withMessageContaining("journal.whenFull").withMessageContaining("linger");
    }
}
