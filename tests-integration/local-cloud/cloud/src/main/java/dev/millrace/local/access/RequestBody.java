package dev.millrace.local.access;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The few texts of a request that name what it is about, found without making an object of the rest: a body may have
/// megabytes.
final class RequestBody {
    private static final JsonFactory JSON = new JsonFactory();
    private static final JsonFactory CBOR = new CBORFactory();
    /// Stands in a path for any element of a list.
    private static final String EACH = "[]";

    private final Map<String, List<String>> texts = new HashMap<>();
    private final Map<String, List<String>> names = new HashMap<>();

    private RequestBody() {
    }

    /// @param isEnough asked after each member of the top; when it says yes, the rest is not looked at
    /// @throws IOException if it is not JSON, or CBOR, as said
    static RequestBody read(byte[] body, boolean isCbor, Predicate<RequestBody> isEnough) throws IOException {
        var found = new RequestBody();
        try (JsonParser parser = (isCbor ? CBOR : JSON).createParser(body)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                found.members(parser, "", isEnough);
            }
        }
        return found;
    }

    private void members(JsonParser parser, String path, Predicate<RequestBody> isEnough) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String member = path.isEmpty() ? parser.currentName() : path + "." + parser.currentName();
            names.computeIfAbsent(path, _ -> new ArrayList<>()).add(parser.currentName());
            value(parser, parser.nextToken(), member);
            if (isEnough.test(this)) {
                return;
            }
        }
    }

    private void value(JsonParser parser, JsonToken token, String path) throws IOException {
        switch (token) {
            case VALUE_STRING -> texts.computeIfAbsent(path, _ -> new ArrayList<>()).add(parser.getText());
            case START_OBJECT -> {
                // no name stands deeper than the second level of any request
                if (path.indexOf('.') >= 0) {
                    parser.skipChildren();
                } else {
                    members(parser, path, _ -> false);
                }
            }
            case START_ARRAY -> {
                for (JsonToken element = parser.nextToken(); element != null && element != JsonToken.END_ARRAY; element = parser.nextToken()) {
                    value(parser, element, path + EACH);
                }
            }
            default -> {
                // no text
            }
        }
    }

    Optional<String> text(String path) {
        return texts(path).stream().findFirst();
    }

    List<String> texts(String path) {
        return List.copyOf(texts.getOrDefault(path, List.of()));
    }

    /// The names of an object's members.
    List<String> names(String path) {
        return List.copyOf(names.getOrDefault(path, List.of()));
    }
}
