package dev.millrace.local.kinesis;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;

/// The two forms of the protocol. They differ in bytes (base64 text or a byte string, which Jackson reads and writes
/// alike) and in timestamps: JSON has seconds with a fraction, CBOR has tag 1 with whole **milliseconds**, as the AWS
/// SDKs do it (RFC 8949 would have seconds).
enum Wire {
    JSON("application/x-amz-json-1.1", new ObjectMapper()),
    CBOR("application/x-amz-cbor-1.1", new ObjectMapper(new CBORFactory()));

    private static final int EPOCH_TAG = 1;

    private final String contentType;
    @SuppressWarnings("ImmutableEnumChecker") // a mapper is immutable in effect once configured, and this one never is again
    private final ObjectMapper mapper;

    Wire(String contentType, ObjectMapper mapper) {
        this.contentType = contentType;
        this.mapper = mapper;
    }

    static Wire of(String contentType) {
        for (Wire wire : values()) {
            if (wire.contentType.equals(contentType)) {
                return wire;
            }
        }
        throw KinesisError.notHere("content type " + contentType);
    }

    String contentType() {
        return contentType;
    }

    ObjectMapper mapper() {
        return mapper;
    }

    void writeTimestamp(JsonGenerator out, String field, long millis) throws IOException {
        out.writeFieldName(field);
        if (out instanceof CBORGenerator cbor) {
            cbor.writeTag(EPOCH_TAG);
            cbor.writeNumber(millis);
        } else {
            out.writeNumber(BigDecimal.valueOf(millis, 3));
        }
    }

    Instant timestamp(JsonNode number) {
        if (!number.isNumber()) {
            throw KinesisError.validation("not a timestamp: " + number);
        }
        return switch (this) {
            case CBOR -> Instant.ofEpochMilli(number.longValue());
            case JSON -> Instant.ofEpochMilli(number.decimalValue().movePointRight(3).longValue());
        };
    }
}
