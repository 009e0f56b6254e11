package dev.millrace.simulator;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import java.util.random.RandomGenerator;

/// A kind of fleet: all its devices are of one device type, and its things are named after it.
enum Profile {
    environment {
        @Override
        Signals signals(RandomGenerator random) {
            return new EnvironmentSignals(random);
        }
    },
    machine {
        @Override
        Signals signals(RandomGenerator random) {
            return new MachineSignals(random);
        }
    },
    truck {
        @Override
        Signals signals(RandomGenerator random) {
            return new TruckSignals(random);
        }
    };

    /// Read once: it is asked for at every reading.
    private static final DeviceTypes TYPES = DeviceTypes.shipped();

    abstract Signals signals(RandomGenerator random);

    DeviceType type() {
        return TYPES.require(name());
    }

    /// @param number from 1
    String thing(int number) {
        return "%s-%05d".formatted(name(), number);
    }
}
