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

/// The hour of arrival that a landing object's key begins with.
final class ArrivalHour {
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

    /// @throws IllegalArgumentException if the key does not begin with an hour of arrival
    static Instant of(String key) {
        int end = key.lastIndexOf('/');
        try {
            return LocalDateTime.parse(end < 0 ? key : key.substring(0, end), FORM).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("key must begin with %s=yyyy-MM-dd/%s=HH/: %s".formatted(LakeLayout.ARRIVAL_DATE, LakeLayout.ARRIVAL_HOUR, key), e);
        }
    }
}
