package dev.millrace.local.timestream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The first 128 bits of a SHA-256: stands for a key or for values, so that a table that takes thousands of rows
/// a second remembers tens of bytes for each and not the row. Two rows in a billion would have to meet by a chance
/// of about 1 in 10^20.
record Fingerprint(long high, long low) {
    static Builder builder() {
        return new Builder();
    }

    static final class Builder {
        private final MessageDigest digest = sha256();

        /// Text with its length, so that neighbours cannot run together.
        Builder add(String text) {
            byte[] bytes = text.getBytes(UTF_8);
            add(bytes.length);
            digest.update(bytes);
            return this;
        }

        Builder add(long number) {
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
            return this;
        }

        Fingerprint build() {
            ByteBuffer bytes = ByteBuffer.wrap(digest.digest());
            return new Fingerprint(bytes.getLong(), bytes.getLong());
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
