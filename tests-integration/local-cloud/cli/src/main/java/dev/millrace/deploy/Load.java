package dev.millrace.deploy;

import dev.millrace.cost.Fleet;
import dev.millrace.events.DeviceTypes;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Options that say what a deployment is to carry; as those of `cost`.
final class Load {
    @Option(names = "--things", paramLabel = "N", description = "the load that must fit, 1 to 10000000; default: only what is configured is held against quotas")
    private Optional<Long> things = Optional.empty();
    @Option(names = "--interval", defaultValue = "1", paramLabel = "S", description = "seconds between two readings of a thing, 0.01 to 86400; default ${DEFAULT-VALUE}")
    private double intervalSeconds;
    @Option(names = "--pack", defaultValue = "1", paramLabel = "K", description = "readings a pack, 1 to 1000; default ${DEFAULT-VALUE}")
    private int pack;
    @Option(names = "--type", defaultValue = "truck", paramLabel = "TYPE", description = "device type of the things: environment, machine or truck; default ${DEFAULT-VALUE}")
    private String type;

    /// @return empty if nobody said how many things there are
    /// @throws IllegalArgumentException that names a wrong option
    Optional<Fleet> fleet() {
        return things.map(count -> new Fleet(count, intervalSeconds, pack, DeviceTypes.shipped().require(type), Fleet.Format.json));
    }
}
