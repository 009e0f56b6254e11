package dev.millrace.redrive;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Batch;
import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.SinkUnavailable;
import dev.millrace.pipeline.Sweep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What one run has done so far. The order of work holds what is promised: records into the stream first, then the histories,
/// then the documents away. A crash in between leaves the documents, and the next run finds in the histories what was done, or
/// puts a copy again, of which the pipeline takes nothing.
final class RedriveRun {
    private final Redriver.Parts parts;
    private final Request request;
    private final Deadline deadline;
    private final List<String> unreadable = new ArrayList<>();
    /// Of a dry run, which has no histories to look at.
    private final Set<String> wouldBePut = new HashSet<>();
    private long documents;
    private long waiting;
    private long records;
    private long redriven;
    private long covered;
    private long sweeps;
    private long quarantined;
    private long left;
    private long copies;
    private long notices;

    RedriveRun(Redriver.Parts parts, Request request, Deadline deadline) {
        this.parts = requireNonNull(parts, "parts is null");
        this.request = requireNonNull(request, "request is null");
        this.deadline = requireNonNull(deadline, "deadline is null");
    }

    /// Whether a record may still be put.
    boolean hasRoom() {
        return copies < request.max();
    }

    void leaveWaiting() {
        waiting++;
    }

    Outcome outcome(boolean isThrough) {
        return new Outcome(documents, waiting, records, redriven, covered, sweeps, quarantined, left, copies, notices, unreadable, isThrough && left == 0);
    }

    void take(List<FailuresBucket.Stored> chunk) throws InterruptedException, SinkUnavailable {
        List<FailureDocument.Notice> ofNotices = new ArrayList<>();
        List<FailureDocument.Records> ofRecords = new ArrayList<>();
        for (FailureDocument document : open(chunk)) {
            switch (document) {
                case FailureDocument.Notice notice -> ofNotices.add(notice);
                case FailureDocument.Records some -> ofRecords.add(some);
            }
        }
        takeNotices(ofNotices);
        takeRecords(ofRecords);
    }

    private List<FailureDocument> open(List<FailuresBucket.Stored> chunk) throws InterruptedException {
        List<Optional<FailureDocument>> read = SideBySide.map(chunk, stored -> parts.failures().read(stored.key()).flatMap(body -> {
            try {
                return Optional.of(parts.reader().read(stored.key(), stored.writtenAt(), body));
            } catch (IllegalArgumentException e) {
                addUnreadable(stored.key() + ": " + e.getMessage());
                return Optional.empty();
            }
        }));
        List<FailureDocument> opened = read.stream().flatMap(Optional::stream).toList();
        documents += opened.size();
        return opened;
    }

    private void addUnreadable(String what) {
        synchronized (unreadable) {
            unreadable.add(what);
        }
    }

    private void takeNotices(List<FailureDocument.Notice> some) throws InterruptedException {
        notices += some.size();
        if (!request.isDryRun()) {
            SideBySide.each(some, notice -> {
                parts.notices().put(notice);
                parts.failures().delete(notice.key());
            });
        }
    }

    private void takeRecords(List<FailureDocument.Records> some) throws InterruptedException, SinkUnavailable {
        Map<String, SameBytes> byFingerprint = new LinkedHashMap<>();
        Map<String, Set<SameBytes>> byDocument = new LinkedHashMap<>();
        for (FailureDocument.Records document : some) {
            Set<SameBytes> ofDocument = byDocument.computeIfAbsent(document.key(), _ -> new HashSet<>());
            for (FailedRecord record : document.records()) {
                if (Arrays.equals(record.payload(), Sweep.payload())) {
                    sweeps++;
                } else {
                    SameBytes same = byFingerprint.computeIfAbsent(record.fingerprint(), SameBytes::new);
                    same.add(record);
                    ofDocument.add(same);
                }
            }
            records += document.records().size();
        }
        List<SameBytes> all = List.copyOf(byFingerprint.values());
        decide(all);
        if (!request.isDryRun()) {
            List<String> done = byDocument.entrySet().stream()
                    .filter(document -> document.getValue().stream().allMatch(same -> same.fate() != SameBytes.Fate.LEFT)).map(Map.Entry::getKey).toList();
            SideBySide.each(done, parts.failures()::delete);
        }
    }

    private void decide(Collection<SameBytes> all) throws InterruptedException, SinkUnavailable {
        List<SameBytes> known = SideBySide.map(List.copyOf(all), this::withHistory).stream().flatMap(Optional::stream).toList();
        List<SameBytes> toPut = new ArrayList<>();
        for (SameBytes same : known) {
            if (same.open().isEmpty() || wouldBePut.contains(same.fingerprint())) {
                same.setFate(SameBytes.Fate.COVERED);
            } else if (same.history().copies().size() >= Redriver.COPIES_MAX && same.lastOpenOfStream().isPresent()) {
                quarantine(same);
            } else if (copies + toPut.size() < request.max()) {
                toPut.add(same);
            }
        }
        // counted by what is open before it is written down
        Map<SameBytes, Long> open = new LinkedHashMap<>();
        all.forEach(same -> open.put(same, (long) same.open().size()));
        put(toPut);
        for (SameBytes same : all) {
            count(same, open.get(same));
        }
    }

    /// @return empty if the history cannot be read: then nobody can say whether it is the first time
    private Optional<SameBytes> withHistory(SameBytes same) {
        try {
            same.setHistory(parts.failures().history(same.fingerprint()));
            return Optional.of(same);
        } catch (IllegalArgumentException e) {
            addUnreadable(e.getMessage());
            return Optional.empty();
        }
    }

    private void quarantine(SameBytes same) throws SinkUnavailable {
        same.setFate(SameBytes.Fate.QUARANTINED);
        if (!request.isDryRun()) {
            History history = same.historyWithOpen();
            Batch batch = SameBytes.batch(same.lastOpenOfStream().orElseThrow());
            parts.quarantine().keep(batch, SameBytes.rejected(batch, history));
            parts.failures().remember(same.fingerprint(), same.thing(), history);
        }
    }

    private void put(List<SameBytes> toPut) throws InterruptedException {
        if (request.isDryRun()) {
            toPut.forEach(same -> {
                same.setFate(SameBytes.Fate.REDRIVEN);
                wouldBePut.add(same.fingerprint());
            });
            copies += toPut.size();
            return;
        }
        List<Optional<Position>> positions = parts.stream().put(toPut.stream().map(SameBytes::entry).toList(), deadline);
        String now = parts.clock().instant().toString();
        List<SameBytes> accepted = new ArrayList<>();
        for (int i = 0; i < toPut.size(); i++) {
            SameBytes same = toPut.get(i);
            positions.get(i).ifPresent(position -> {
                same.setHistory(same.historyWithOpen().withCopy(new History.Copy(now, position)));
                accepted.add(same);
            });
        }
        copies += accepted.size();
        SideBySide.each(accepted, same -> {
            parts.failures().remember(same.fingerprint(), same.thing(), same.history());
            same.setFate(SameBytes.Fate.REDRIVEN);
        });
    }

    /// @param open records of these that were not covered before the run
    private void count(SameBytes same, long open) {
        switch (same.fate()) {
            case COVERED -> covered += same.records();
            case REDRIVEN -> redriven += open;
            case QUARANTINED -> quarantined += open;
            case LEFT -> left += open;
        }
        if (same.fate() != SameBytes.Fate.COVERED) {
            covered += same.records() - open;
        }
    }
}
