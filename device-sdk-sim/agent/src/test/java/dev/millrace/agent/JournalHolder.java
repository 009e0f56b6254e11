package dev.millrace.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;

/// A process that holds a journal with one reading until it is killed.
final class JournalHolder {
    private JournalHolder() {
    }

    public static void main(String[] args) throws IOException {
        try (Journal journal = Journal.open(Path.of(args[0]), "truck-1", JournalSettings.defaults(), AgentClock.system(), new SplittableRandom(3))) {
            journal.append(1, Map.of("rpm", 1.0));
            System.out.println("open");
            while (System.in.read() >= 0) {
                journal.tend();
            }
        }
    }
}
