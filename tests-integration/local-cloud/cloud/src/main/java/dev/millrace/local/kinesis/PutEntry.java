package dev.millrace.local.kinesis;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/// One record to put, checked against the limits of AWS (Kinesis developer guide, "Quotas and limits"): a key of 1 to
/// 256 characters, and 1 MiB for data and key together, which is the default of a stream.
record PutEntry(String partitionKey, BigInteger hash, byte[] data, int size) {
    static final int SIZE_MAX = 1 << 20;
    static final int KEY_MAX = 256;

    static PutEntry of(String partitionKey, String explicitHashKey, byte[] data) {
        if (partitionKey == null) {
            throw KinesisError.validation("PartitionKey is missing");
        }
        if (data == null) {
            throw KinesisError.validation("Data is missing");
        }
        int characters = partitionKey.codePointCount(0, partitionKey.length());
        if (characters < 1 || characters > KEY_MAX) {
            throw KinesisError.validation("PartitionKey has %d characters, not 1..%d".formatted(characters, KEY_MAX));
        }
        int size = data.length + partitionKey.getBytes(StandardCharsets.UTF_8).length;
        if (size > SIZE_MAX) {
            throw KinesisError.validation("record has %d bytes with its key, more than %d".formatted(size, SIZE_MAX));
        }
        BigInteger hash = explicitHashKey == null
                ? HashRange.hash(partitionKey) : Request.hashKey("ExplicitHashKey", explicitHashKey);
        return new PutEntry(partitionKey, hash, data, size);
    }

    /// Reads an entry of `PutRecords`; the parser stands at the start of its object.
    static PutEntry read(JsonParser in) throws IOException {
        String partitionKey = null;
        String explicitHashKey = null;
        byte[] data = null;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            boolean absent = in.nextToken() == JsonToken.VALUE_NULL;
            switch (field) {
                case "PartitionKey" -> partitionKey = absent ? null : in.getText();
                case "ExplicitHashKey" -> explicitHashKey = absent ? null : in.getText();
                case "Data" -> data = absent ? null : in.getBinaryValue();
                default -> throw KinesisError.notHere("PutRecords with Records[].%s".formatted(field));
            }
        }
        return of(partitionKey, explicitHashKey, data);
    }
}
