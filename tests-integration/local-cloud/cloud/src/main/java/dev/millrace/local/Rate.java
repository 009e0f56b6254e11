package dev.millrace.local;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A rate expression of EventBridge: `rate(1 minute)`, `rate(15 minutes)`; hours and days alike (EventBridge user guide,
/// "Rate expressions reference").
record Rate(Duration every) {
    static final String EXPECTED = "rate(1 minute|hour|day) or rate(N minutes|hours|days) with N above 1";
    private static final Pattern ONE = Pattern.compile("rate\\((1) (minute|hour|day)\\)");
    private static final Pattern MANY = Pattern.compile("rate\\(([1-9]\\d{0,5}) (minute|hour|day)s\\)");

    /// @throws IllegalArgumentException if it is anything else, a cron expression included
    static Rate parse(String expression) {
        Matcher one = ONE.matcher(expression);
        Matcher many = MANY.matcher(expression);
        Matcher rate = one.matches() ? one : many;
        if (!one.matches() && (!many.matches() || many.group(1).equals("1"))) {
            throw new IllegalArgumentException("expected as %s, came %s".formatted(EXPECTED, expression));
        }
        long value = Long.parseLong(rate.group(1));
        return new Rate(switch (rate.group(2)) {
            case "minute" -> Duration.ofMinutes(value);
            case "hour" -> Duration.ofHours(value);
            default -> Duration.ofDays(value);
        });
    }
}
