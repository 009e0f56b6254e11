package dev.millrace.local.kinesis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Base64;

/// What a client holds between two reads: opaque to it, valid for 5 minutes (Kinesis API reference, GetShardIterator).
record ShardIterator(String stream, String shardId, long position, long createdMillis) {
    static final Duration VALID_FOR = Duration.ofMinutes(5);

    String token() {
        String plain = "%d %d %s %s".formatted(createdMillis, position, shardId, stream);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(UTF_8));
    }

    static ShardIterator parse(String token, long nowMillis) {
        ShardIterator iterator;
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(token), UTF_8).split(" ", -1);
            iterator = new ShardIterator(parts[3], parts[2], Long.parseLong(parts[1]), Long.parseLong(parts[0]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException _) {
            throw KinesisError.invalidArgument("Invalid ShardIterator.");
        }
        if (nowMillis - iterator.createdMillis > VALID_FOR.toMillis()) {
            throw KinesisError.expiredIterator(("Iterator expired. The iterator was created at time %d while right now"
                    + " it is %d which is further in the future than the tolerated delay of %d milliseconds.")
                    .formatted(iterator.createdMillis, nowMillis, VALID_FOR.toMillis()));
        }
        return iterator;
    }
}
