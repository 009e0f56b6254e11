package dev.millrace.redrive;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.Quarantine;
import dev.millrace.pipeline.SinkUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/// Takes what lies in the failures bucket back to where it was going, chunk by chunk, as far as time and `max` reach. What is
/// left, the next run takes.
///
/// A record that is given up again comes back here. It is put [#COPIES_MAX] times, then it goes to quarantine with its history,
/// so nothing goes round for ever.
final class Redriver {
    static final int COPIES_MAX = 3;
    /// A schedule leaves documents for so long: whoever the alarm wakes mends the cause first, and an outage that is not mended
    /// does not use up the copies of all that it stopped within a day.
    static final Duration SETTLED_AFTER = Duration.ofHours(6);
    private static final int CHUNK_DOCUMENTS = 250;
    /// A document has up to 6 MB, and some times that when it is read.
    private static final long CHUNK_BYTES = 8 << 20;
    /// No chunk is begun with less time than this.
    private static final long RESERVE_MILLIS = 30_000;

    private final Parts parts;

    /// What a run works with.
    ///
    /// @param quarantine takes what was given up again and again
    record Parts(FailuresBucket failures, DocumentReader reader, PacedStream stream, NoticesFolder notices, Quarantine quarantine, InstantSource clock) {
        Parts {
            requireNonNull(failures, "failures is null");
            requireNonNull(reader, "reader is null");
            requireNonNull(stream, "stream is null");
            requireNonNull(notices, "notices is null");
            requireNonNull(quarantine, "quarantine is null");
            requireNonNull(clock, "clock is null");
        }
    }

    Redriver(Parts parts) {
        this.parts = requireNonNull(parts, "parts is null");
    }

    /// Two runs at once do no harm: what both put is a duplicate.
    ///
    /// @throws SinkUnavailable if quarantine is
    Outcome run(Request request, Deadline deadline) throws InterruptedException, SinkUnavailable {
        var run = new RedriveRun(parts, request, deadline);
        for (String prefix : request.prefixes()) {
            try (Stream<FailuresBucket.Stored> all = parts.failures().list(prefix)) {
                Iterator<FailuresBucket.Stored> documents = all.iterator();
                while (documents.hasNext()) {
                    if (!run.hasRoom() || deadline.remainingMillis() <= RESERVE_MILLIS) {
                        return run.outcome(false);
                    }
                    run.take(chunk(documents, request, run));
                }
            }
        }
        return run.outcome(true);
    }

    private List<FailuresBucket.Stored> chunk(Iterator<FailuresBucket.Stored> documents, Request request, RedriveRun run) {
        Instant settled = parts.clock().instant().minus(SETTLED_AFTER);
        List<FailuresBucket.Stored> chunk = new ArrayList<>();
        long bytes = 0;
        while (chunk.size() < CHUNK_DOCUMENTS && bytes < CHUNK_BYTES && documents.hasNext()) {
            FailuresBucket.Stored next = documents.next();
            if (request.isScheduled() && next.writtenAt().isAfter(settled)) {
                run.leaveWaiting();
            } else {
                chunk.add(next);
                bytes += next.bytes();
            }
        }
        return chunk;
    }
}
