package dev.millrace.local.kinesis;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// The members of one call. A member that the operation does not know here is refused: ignoring it would be pretending.
record Request(String operation, JsonNode body, Wire wire) {
    Request {
        if (!body.isObject()) {
            throw KinesisError.validation("%s: the request is not an object".formatted(operation));
        }
    }

    Request only(String... names) {
        Set<String> known = Set.of(names);
        for (Iterator<String> present = body.fieldNames(); present.hasNext();) {
            String name = present.next();
            if (!known.contains(name) && !body.get(name).isNull()) {
                throw KinesisError.notHere("%s with %s".formatted(operation, name));
            }
        }
        return this;
    }

    Optional<String> text(String name) {
        JsonNode value = body.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw KinesisError.validation("%s: %s is not a string: %s".formatted(operation, name, value));
        }
        return Optional.of(value.textValue());
    }

    String requiredText(String name) {
        return text(name).orElseThrow(() -> KinesisError.validation("%s: %s is missing".formatted(operation, name)));
    }

    OptionalInt integer(String name, int min, int max) {
        JsonNode value = body.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return OptionalInt.empty();
        }
        if (!value.canConvertToExactIntegral() || value.longValue() < min || value.longValue() > max) {
            throw KinesisError.validation("%s: %s not in %d..%d: %s".formatted(operation, name, min, max, value));
        }
        return OptionalInt.of(value.intValue());
    }

    /// A hash key: decimal, 0..2^128-1 (Kinesis API reference, `HashKey`).
    BigInteger hashKey(String name) {
        return hashKey(name, requiredText(name));
    }

    static BigInteger hashKey(String name, String value) {
        if (!value.matches("0|[1-9]\\d{0,38}") || new BigInteger(value).compareTo(HashRange.MAX) > 0) {
            throw KinesisError.invalidArgument("%s not in 0..2^128-1: %s".formatted(name, value));
        }
        return new BigInteger(value);
    }
}
