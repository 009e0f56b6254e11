package dev.millrace.compact;

import dev.millrace.events.LakeLayout;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/// The hour of arrival that a landing object's key begins with.
final class ArrivalHour {
    /// What a key begins with, in words.
    static final String EXPECTED = "%s=yyyy-MM-dd/%s=HH/".formatted(LakeLayout.ARRIVAL_DATE, LakeLayout.ARRIVAL_HOUR);
    private static final DateTimeFormatter FORM = new DateTimeFormatterBuilder().appendPattern(LakeLayout.ARRIVAL_PATTERN)
            .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0).toFormatter(Locale.ROOT);

    private ArrivalHour() {
    }

    /// What the keys of the hour of an instant begin with; all keys of earlier hours sort before it.
    static String prefix(Instant instant) {
        return FORM.format(instant.atOffset(ZoneOffset.UTC)) + "/";
    }

    static Instant start(Instant instant) {
        return instant.truncatedTo(ChronoUnit.HOURS);
    }

    /// The start of the hour that a key begins with; none if it begins with no hour.
    static Optional<Instant> of(String key) {
        int end = key.lastIndexOf('/');
        try {
            return Optional.of(LocalDateTime.parse(end < 0 ? key : key.substring(0, end), FORM).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }
}
