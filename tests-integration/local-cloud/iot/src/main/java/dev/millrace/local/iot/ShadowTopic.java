package dev.millrace.local.iot;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A request to the named shadow of a thing by MQTT ("Device Shadow MQTT topics"). Classic shadows, which have no name, are not
/// simulated.
record ShadowTopic(String thing, String shadow, Request request) {
    /// What can be asked.
    enum Request {
        GET, UPDATE, DELETE
    }

    private static final String THINGS = "$aws/things/";
    /// Names by CreateThing, `thingName`, and by UpdateThingShadow, `shadowName`.
    private static final Pattern REQUEST = Pattern.compile(
            Pattern.quote(THINGS) + "([a-zA-Z0-9:_-]{1,128})/shadow/name/([a-zA-Z0-9:_-]{1,64})/(get|update|delete)");
    private static final Pattern HEARD = Pattern.compile(Pattern.quote(THINGS) + "[^/+#]+/shadow/name/[^/+#]+/.+");

    /// Empty if the topic is none of these.
    static Optional<ShadowTopic> of(String topic) {
        Matcher matcher = REQUEST.matcher(topic);
        return matcher.matches() ? Optional.of(new ShadowTopic(matcher.group(1), matcher.group(2), Request.valueOf(matcher.group(3).toUpperCase(Locale.ROOT))))
                : Optional.empty();
    }

    /// Whether answers may come under a topic filter. A policy has said already which of them a client may hear.
    static boolean isHeardBy(String filter) {
        return HEARD.matcher(filter).matches();
    }

    /// @param kind `accepted`, `rejected`, `delta` or `documents`
    String answer(String kind) {
        return "%s%s/shadow/name/%s/%s/%s".formatted(THINGS, thing, shadow, request.name().toLowerCase(Locale.ROOT), kind);
    }
}
