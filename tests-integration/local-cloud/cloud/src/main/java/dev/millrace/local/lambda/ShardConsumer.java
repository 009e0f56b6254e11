package dev.millrace.local.lambda;

import dev.millrace.local.kinesis.StreamReader;
import dev.millrace.local.kinesis.StreamReader.Page;
import dev.millrace.local.kinesis.StreamReader.ReadThrottled;
import dev.millrace.local.kinesis.StreamRecord;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// Takes one shard from a position to its end: collect a batch, invoke, follow the outcome, and only then go on. One
/// thread runs it; others look at its checkpoint.
final class ShardConsumer {
    private static final System.Logger LOG = System.getLogger(ShardConsumer.class.getName());
    private static final int DELIVERY_ATTEMPTS = 3;
    // more than one batch, so that a small batch size does not cost a read each
    private static final int READ_MAX = 10_000;

    /// What all consumers of a mapping share.
    record Shared(EventSourceMapping.Settings settings, EventSourceMapping.Pace pace, StreamReader reader,
            FunctionInvoker invoker, ObjectSink onFailure, InstantSource clock, RandomGenerator random, EventJson json,
            MappingCounters counters, CountDownLatch stop) {
    }

    private final Shared shared;
    private final EventSourceMapping.Settings settings;
    private final RetryRules rules;
    private final String shardId;
    // read but not yet in a batch, oldest first
    private final List<StreamRecord> buffer = new ArrayList<>();
    // what is left of a batch that failed; goes before the buffer
    private final Deque<Batch> pending = new ArrayDeque<>();
    private long readFrom;
    private long nextReadMillis;
    private boolean sawEnd;
    private int failuresInARow;
    private Optional<InvocationResult> lastResult = Optional.empty();
    private volatile long checkpoint;
    private volatile long iteratorAgeMillis;
    private volatile boolean drained;

    ShardConsumer(Shared shared, String shardId, long position) {
        this.shared = shared;
        this.settings = shared.settings();
        this.rules = settings.retryRules();
        this.shardId = shardId;
        this.readFrom = position;
        this.checkpoint = position;
    }

    /// Where the first record stands that is not settled.
    long checkpoint() {
        return checkpoint;
    }

    /// The shard is closed and all its records are settled.
    boolean drained() {
        return drained;
    }

    long iteratorAgeMillis() {
        return iteratorAgeMillis;
    }

    void run() {
        try {
            while (shared.stop().getCount() > 0 && !drained) {
                if (pending.isEmpty()) {
                    collect().ifPresent(records -> attempt(batchOf(records), records));
                } else {
                    Batch batch = pending.pop();
                    List<StreamRecord> records = readAgain(batch);
                    if (records.isEmpty()) {
                        checkpoint = batch.to();
                    } else {
                        attempt(new Batch(records.getFirst().position(), records.getLast().position() + 1,
                                batch.failures(), batch.invocations()), records);
                    }
                }
            }
        } catch (Stopped _) {
            LOG.log(Level.DEBUG, "stopped reading {0}", shardId);
        } catch (IllegalArgumentException e) {
            // the stream was deleted, or the shard has expired: there is nothing left to read
            LOG.log(Level.WARNING, "%s of %s is gone: %s".formatted(shardId, settings.streamName(), e.getMessage()));
            drained = true;
        }
    }

    private static Batch batchOf(List<StreamRecord> records) {
        return Batch.fresh(records.getFirst().position(), records.getLast().position() + 1);
    }

    /// Waits until a batch is full or its window has ended. Empty at the end of the shard.
    private Optional<List<StreamRecord>> collect() {
        long windowMillis = settings.batchWindow().toMillis();
        long windowEnd = shared.clock().millis() + windowMillis;
        while (true) {
            long now = shared.clock().millis();
            if (buffer.size() < settings.batchSize() && !sawEnd && now >= nextReadMillis) {
                readIntoBuffer(now);
            }
            int fits = shared.json().fit(buffer, settings.batchSize(), RuntimeApi.PAYLOAD_BYTES_MAX);
            boolean full = fits == settings.batchSize() || fits < buffer.size();
            if (fits > 0 && (full || sawEnd || now >= windowEnd)) {
                List<StreamRecord> batch = List.copyOf(buffer.subList(0, fits));
                buffer.subList(0, fits).clear();
                return Optional.of(batch);
            }
            if (sawEnd) {
                drained = true;
                return Optional.empty();
            }
            if (now >= windowEnd) {
                windowEnd = now + windowMillis;
            }
            pause(Duration.ofMillis(Math.max(1, (buffer.isEmpty() ? nextReadMillis
                    : Math.min(nextReadMillis, windowEnd)) - now)));
        }
    }

    private void readIntoBuffer(long now) {
        Duration poll = shared.pace().poll();
        try {
            Page page = shared.reader().read(settings.streamName(), shardId, readFrom, READ_MAX);
            countExpired(page.records(), readFrom, page.nextPosition());
            if (buffer.isEmpty() && page.records().isEmpty()) {
                checkpoint = page.nextPosition();
            }
            buffer.addAll(page.records());
            readFrom = page.nextPosition();
            sawEnd = page.endOfShard();
            // behind the tip it reads twice as often, still sparing the shard's 5 reads a second for others
            nextReadMillis = now + (page.millisBehindLatest() > 0 ? poll.toMillis() / 2 : poll.toMillis());
        } catch (ReadThrottled _) {
            shared.counters().readsThrottled.increment();
            nextReadMillis = now + poll.toMillis();
        }
    }

    /// Retries read from the stream again, as AWS does, so what has expired meanwhile is not retried.
    private List<StreamRecord> readAgain(Batch batch) {
        boolean topUp = shared.pace().topUpRetries() && pending.isEmpty();
        int count = topUp ? settings.batchSize() : Math.toIntExact(batch.size());
        while (true) {
            try {
                Page page = shared.reader().read(settings.streamName(), shardId, batch.from(), count);
                List<StreamRecord> records = page.records().stream()
                        .filter(record -> topUp || record.position() < batch.to()).toList();
                records = records.subList(0,
                        shared.json().fit(records, settings.batchSize(), RuntimeApi.PAYLOAD_BYTES_MAX));
                countExpired(records, batch.from(), batch.to());
                if (topUp && !records.isEmpty()) {
                    long to = records.getLast().position() + 1;
                    buffer.removeIf(record -> record.position() < to);
                    readFrom = Math.max(readFrom, to);
                }
                return records;
            } catch (ReadThrottled _) {
                shared.counters().readsThrottled.increment();
                pause(shared.pace().poll());
            }
        }
    }

    private void countExpired(List<StreamRecord> records, long from, long to) {
        long first = records.isEmpty() ? to : records.getFirst().position();
        shared.counters().expiredRecords.add(Math.max(0, first - from));
    }

    private void attempt(Batch all, List<StreamRecord> allRecords) {
        int tooOld = rules.tooOld(allRecords, shared.clock().millis());
        if (tooOld > 0) {
            List<StreamRecord> old = allRecords.subList(0, tooOld);
            giveUp(old, OnFailureDocument.Condition.RECORD_AGE_EXCEEDED, all.invocations());
            if (tooOld == allRecords.size()) {
                return;
            }
        }
        List<StreamRecord> records = allRecords.subList(tooOld, allRecords.size());
        Batch batch = all.startingAt(records.getFirst().position()).invoked();
        Optional<InvocationResult> result = invoke(records);
        if (result.isEmpty()) {
            // the service failed, not the function: this costs no attempt
            pending.push(all.startingAt(batch.from()));
            backOff();
            return;
        }
        lastResult = result;
        Outcome outcome = Outcome.of(result.get(), records, settings.reportBatchItemFailures());
        follow(rules.after(batch, outcome), batch, records, outcome);
    }

    private Optional<InvocationResult> invoke(List<StreamRecord> records) {
        try {
            shared.counters().invocations.increment();
            return Optional.of(shared.invoker().invoke(settings.functionName(), shared.json().event(shardId, records)));
        } catch (InterruptedException _) {
            throw new Stopped();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "cannot invoke " + settings.functionName(), e);
            return Optional.empty();
        }
    }

    private void follow(RetryRules.Next next, Batch batch, List<StreamRecord> records, Outcome outcome) {
        switch (next) {
            case RetryRules.Next.Settled _ -> {
                failuresInARow = 0;
                iteratorAgeMillis = Math.max(0, shared.clock().millis() - records.getLast().arrivalMillis());
                settle(records.size(), batch.to());
            }
            case RetryRules.Next.Retry(List<Batch> left) -> {
                shared.counters().failures.increment();
                LOG.log(Level.DEBUG, "{0} {1} will be retried: {2}", shardId, batch, outcome);
                long done = left.getFirst().from();
                settle(done - batch.from(), done);
                shared.counters().retriedRecords.add(batch.to() - done);
                left.reversed().forEach(pending::push);
                backOff();
            }
            case RetryRules.Next.GiveUp(Batch rest) -> {
                shared.counters().failures.increment();
                failuresInARow = 0;
                int done = Math.toIntExact(rest.from() - batch.from());
                settle(done, rest.from());
                giveUp(records.subList(done, records.size()), OnFailureDocument.Condition.RETRY_ATTEMPTS_EXHAUSTED,
                        rest.invocations());
            }
        }
    }

    private void settle(long records, long newCheckpoint) {
        shared.counters().settledRecords.add(records);
        checkpoint = newCheckpoint;
    }

    private void giveUp(List<StreamRecord> records, OnFailureDocument.Condition condition, int invocations) {
        settings.onFailureBucket().ifPresent(bucket -> deliver(bucket, new OnFailureDocument(settings, shardId, condition,
                invocations, invocations == 0 ? Optional.empty() : lastResult, records,
                shared.json().event(shardId, records), randomId(), shared.clock().instant())));
        shared.counters().droppedRecords.add(records.size());
        checkpoint = records.getLast().position() + 1;
    }

    /// What cannot be delivered is gone, as on AWS, where the metric DestinationDeliveryFailures tells it.
    private void deliver(String bucket, OnFailureDocument document) {
        for (int attempt = 1; attempt <= DELIVERY_ATTEMPTS; attempt++) {
            try {
                shared.onFailure().put(bucket, document.key(), document.body());
                shared.counters().onFailureDelivered.increment();
                return;
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "cannot put %s to %s".formatted(document.key(), bucket), e);
                pause(shared.pace().backoff(attempt));
            }
        }
        shared.counters().onFailureLost.increment();
    }

    private UUID randomId() {
        byte[] bytes = new byte[16];
        synchronized (shared.random()) {
            // a generator need not be thread-safe, and all shards share it
            shared.random().nextBytes(bytes);
        }
        return UUID.nameUUIDFromBytes(bytes);
    }

    private void backOff() {
        failuresInARow++;
        pause(shared.pace().backoff(failuresInARow));
    }

    private void pause(Duration time) {
        try {
            if (shared.stop().await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Stopped();
            }
        } catch (InterruptedException _) {
            throw new Stopped();
        }
    }

    /// The mapping is being closed.
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super("stopped", null, false, false);
        }
    }
}
