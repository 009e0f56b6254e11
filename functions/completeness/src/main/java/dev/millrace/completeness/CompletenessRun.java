package dev.millrace.completeness;

import static java.util.Objects.requireNonNull;

import dev.millrace.pipeline.Deadline;
import dev.millrace.pipeline.ThingState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// One run: reads all states and new notices, writes the table of the day, asks devices, and remembers what it asked for.
final class CompletenessRun {
    /// For what comes after the states are read, and no call is begun with less.
    private static final long RESERVE_MILLIS = 60_000;
    private static final long PUBLISH_RESERVE_MILLIS = 15_000;

    private final StateScan states;
    private final LostNotices notices;
    private final LakeObjects lake;
    private final ResendCommands devices;
    private final ResendPolicy policy;
    private final int epochsMax;
    private final InstantSource clock;

    /// What came of a run.
    ///
    /// @param day        of the last day: readings counted, and readings that nobody has any more
    /// @param dayMissing readings first seen missing in the last day that are overdue
    /// @param gaps       of all things
    /// @param unanswered readings for which devices will not be asked any more
    /// @param asked      what devices were asked for
    /// @param failures   states, notices and commands that went wrong, in words
    record Outcome(Totals totals, History.Sum day, long dayMissing, long gaps, long unanswered, List<Command> asked, String table, List<String> failures) {
        /// Of the readings that things took in the last day, as far as is known, those that came.
        long dayTaken() {
            return day.accepted();
        }

        long dayExpected() {
            return Totals.add(Totals.add(day.accepted(), day.gone()), dayMissing);
        }
    }

    /// @param epochsMax ledgers that are kept of a thing
    CompletenessRun(StateScan states, LostNotices notices, LakeObjects lake, ResendCommands devices, ResendPolicy policy, int epochsMax, InstantSource clock) {
        this.states = requireNonNull(states, "states is null");
        this.notices = requireNonNull(notices, "notices is null");
        this.lake = requireNonNull(lake, "lake is null");
        this.devices = requireNonNull(devices, "devices is null");
        this.policy = requireNonNull(policy, "policy is null");
        this.epochsMax = epochsMax;
        this.clock = requireNonNull(clock, "clock is null");
    }

    private final class Account {
        private final Memory memory;
        private final Instant asOf;
        private final GapBook book;
        private final CompletenessTable table = new CompletenessTable();
        private final Set<String> seen = new HashSet<>();
        private Totals totals = Totals.ZERO;

        Account(Memory memory, Instant asOf, ResendPolicy wanted) {
            this.memory = memory;
            this.asOf = asOf;
            this.book = new GapBook(wanted, asOf.toEpochMilli());
        }

        void add(ThingState state) {
            Completeness found = Completeness.of(state, memory.lost().of(state.thing()), epochsMax);
            seen.add(state.thing());
            totals = totals.plus(found);
            book.enter(memory.gaps().getOrDefault(state.thing(), List.of()), found, state.progress().arrivedAtMillis());
            table.add(CompletenessRow.of(found, asOf));
        }

        /// Of some things only notices came.
        void addUnseen() {
            memory.lost().things().stream().filter(thing -> !seen.contains(thing)).map(ThingState::unseen).forEach(this::add);
        }
    }

    /// @throws IllegalStateException if the states cannot all be read in time: then nothing is written, for half a table would say
    ///                               that the other things are not there
    Outcome run(Request request, Deadline deadline) throws InterruptedException {
        List<String> failures = new ArrayList<>();
        Memory memory = lake.memory();
        LostNotices.Look look = notices.into(memory.lost(), memory.noticesUntil());
        failures.addAll(look.unreadable());

        var account = new Account(memory, clock.instant(), request.over(policy));
        List<String> unreadable = states.forEach(() -> deadline.remainingMillis() - RESERVE_MILLIS, account::add);
        failures.addAll(unreadable);
        account.addUnseen();
        String key = CompletenessTable.key(account.asOf);
        lake.put(key, account.table.close());

        List<Command> commands = account.book.ask();
        Totals totals = account.totals;
        var sum = new History.Sum(account.asOf.toEpochMilli(), totals.accepted(), totals.gone());
        // first what was asked, then the asking: a run that ends in between asks too little, never without end
        lake.remember(new Memory(account.book.byThing(), memory.lost(), look.untilMillis(), memory.history().with(sum)));
        failures.addAll(devices.publish(commands, () -> deadline.remainingMillis() - PUBLISH_RESERVE_MILLIS));

        return new Outcome(totals, memory.history().ofLastDay(sum), account.book.overdueSince(sum.atMillis() - History.WINDOW.toMillis()),
                account.book.byThing().values().stream().mapToLong(List::size).sum(), account.book.unanswered(), commands, key, failures);
    }
}
