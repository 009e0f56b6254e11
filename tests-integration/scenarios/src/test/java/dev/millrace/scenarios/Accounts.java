package dev.millrace.scenarios;

import dev.millrace.cli.Findings;
import dev.millrace.cli.HotStore;
import dev.millrace.cli.LakeFiles;
import dev.millrace.cli.Stores;
import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.ReadingId;
import dev.millrace.pipeline.ThingState;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What the stores hold of environment sensors.
record Accounts(Stage stage) {
    private static final DeviceType ENVIRONMENT = DeviceTypes.shipped().require("environment");

    ThingState state(String thing) {
        return Stores.states(stage.clients().dynamoDb(), stage.deployed().output("StatesTable")).getOrDefault(thing, ThingState.unseen(thing));
    }

    /// The rows of the hot store.
    List<ReadingId> hot(String thing) {
        List<ReadingId> ids = new ArrayList<>();
        hotStore().readings(ENVIRONMENT, row -> addIfOf(thing, row.id(), ids));
        return ids.stream().sorted().toList();
    }

    private static void addIfOf(String thing, ReadingId id, List<ReadingId> ids) {
        if (id.thing().equals(thing)) {
            ids.add(id);
        }
    }

    /// Readings in the thing's panes.
    long inPanes(String thing) {
        return hotStore().rolling(ENVIRONMENT, "temperature_c", 0).stream().filter(rolling -> rolling.thing().equals(thing))
                .mapToLong(HotStore.Rolling::readings).sum();
    }

    /// The average temperature of a thing by its panes.
    double averageSince(String thing, long fromMillis) {
        return hotStore().rolling(ENVIRONMENT, "temperature_c", fromMillis).stream().filter(rolling -> rolling.thing().equals(thing))
                .findFirst().orElseThrow().average();
    }

    /// What the Iceberg table holds of a thing, as often as it holds it.
    List<ReadingId> table(String thing) throws IOException, SQLException {
        List<ReadingId> ids = new ArrayList<>();
        LakeFiles.readings(stage.clients(), stage.deployed(), ENVIRONMENT, Directories.fresh("table")).rows(row -> addIfOf(thing, row.id(), ids));
        return ids.stream().sorted().toList();
    }

    /// The lake's readings, each once: landing holds them as they arrived.
    List<ReadingId> lake(String thing) throws IOException, SQLException {
        List<ReadingId> ids = new ArrayList<>();
        landing().rows(row -> addIfOf(thing, row.id(), ids));
        return ids.stream().distinct().sorted().toList();
    }

    List<Findings.Quarantined> quarantined(String thing) throws IOException {
        return Stores.quarantined(stage.clients().s3(), stage.deployed().output("LakeBucket")).stream()
                .filter(entry -> entry.thing().equals(thing)).toList();
    }

    /// Everything that the audit wants to know of some things and nothing of others.
    Findings findings(Collection<String> things) throws IOException {
        Findings all = Findings.of(stage.clients(), stage.deployed(), ENVIRONMENT, hotStore(), landing());
        Map<String, ThingState> states = new HashMap<>(all.states());
        states.keySet().retainAll(things);
        return new Findings(states, of(things, all.hot()), of(things, all.lake()),
                all.quarantined().stream().filter(entry -> things.contains(entry.thing())).toList());
    }

    private static Findings.Rows of(Collection<String> things, Findings.Rows all) {
        return reader -> all.forEach(row -> {
            if (things.contains(row.id().thing())) {
                reader.accept(row);
            }
        });
    }

    private HotStore hotStore() {
        return HotStore.of(stage.clients().timestream(), stage.deployed());
    }

    private LakeFiles landing() throws IOException {
        return LakeFiles.landing(stage.clients().s3(), stage.deployed().output("LakeBucket"), ENVIRONMENT, Directories.fresh("lake"));
    }
}
