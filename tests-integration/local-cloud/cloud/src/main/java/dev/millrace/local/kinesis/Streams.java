package dev.millrace.local.kinesis;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// All streams of one account in one region.
final class Streams {
    private final String region;
    private final String account;
    private final InstantSource clock;
    private final ConcurrentNavigableMap<String, LocalStream> byName = new ConcurrentSkipListMap<>();

    Streams(String region, String account, InstantSource clock) {
        this.region = requireNonNull(region, "region is null");
        this.account = requireNonNull(account, "account is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    String account() {
        return account;
    }

    String arn(LocalStream stream) {
        return arnPrefix() + stream.name();
    }

    private String arnPrefix() {
        return "arn:aws:kinesis:%s:%s:stream/".formatted(region, account);
    }

    void create(String name, int shards, Duration retention) {
        var stream = new LocalStream(name, shards, retention, clock);
        if (byName.putIfAbsent(name, stream) != null) {
            throw KinesisError.inUse("Stream %s under account %s already exists.".formatted(name, account));
        }
    }

    void delete(LocalStream stream) {
        byName.remove(stream.name(), stream);
    }

    LocalStream of(Request request) {
        return named(request.text("StreamARN").or(() -> request.text("StreamName")).orElse(""));
    }

    /// @param nameOrArn a name has no colon, so the two cannot be mistaken
    LocalStream named(String nameOrArn) {
        if (nameOrArn.isEmpty()) {
            throw KinesisError.invalidArgument("either StreamName or StreamARN should be provided");
        }
        boolean ours = nameOrArn.startsWith(arnPrefix());
        LocalStream stream = byName.get(ours ? nameOrArn.substring(arnPrefix().length()) : nameOrArn);
        if (stream == null) {
            throw KinesisError.notFound("Stream %s under account %s not found.".formatted(nameOrArn, account));
        }
        return stream;
    }

    /// In order of their names.
    List<LocalStream> after(String name) {
        return List.copyOf(byName.tailMap(name, false).values());
    }
}
