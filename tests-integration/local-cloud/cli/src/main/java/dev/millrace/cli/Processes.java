package dev.millrace.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What this process and those that it started take of the machine. Memory and threads are known on Linux only.
final class Processes {
    private static final Pattern MAIN = Pattern.compile("dev\\.millrace\\.(?:\\w+\\.)*(\\w+)");
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    private static final Pattern THREADS = Pattern.compile("Threads:\\s+(\\d+)");

    private final Map<Long, Use> uses = new TreeMap<>();

    /// @param peakMegabytes of physical memory
    /// @param threads       at most
    record Use(String name, Duration cpu, long peakMegabytes, int threads) {
        Use max(Use o) {
            return new Use(name, cpu.compareTo(o.cpu) > 0 ? cpu : o.cpu, Math.max(peakMegabytes, o.peakMegabytes), Math.max(threads, o.threads));
        }
    }

    /// Looks once more. A process that has ended keeps what was seen last.
    void look() {
        ProcessHandle self = ProcessHandle.current();
        Stream.concat(Stream.of(self), self.descendants()).forEach(process -> uses.merge(process.pid(), use(process), Use::max));
    }

    private static Use use(ProcessHandle process) {
        String status = ofSystem(process.pid(), "status");
        return new Use(name(process), process.info().totalCpuDuration().orElse(Duration.ZERO), number(PEAK, status) / 1_024, (int) number(THREADS, status));
    }

    /// The class that was started, or for a function the handler. Not by [ProcessHandle.Info#arguments]: it gives up on long class paths.
    private static String name(ProcessHandle process) {
        return Stream.of(ofSystem(process.pid(), "cmdline").split("\0")).map(argument -> MAIN.matcher(argument.replaceFirst("::.*", "")))
                .filter(Matcher::matches).map(main -> main.group(1)).reduce((_, last) -> last).orElse("process " + process.pid());
    }

    private static String ofSystem(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException _) {
            return "";
        }
    }

    private static long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    void print(PrintStream out) {
        var table = new TextTable("process", "CPU seconds", "memory at most MB", "threads at most");
        uses.values().stream().filter(use -> use.cpu().toMillis() > 0).forEach(use ->
                table.row(use.name(), use.cpu().toMillis() / 1_000.0, use.peakMegabytes(), use.threads()));
        out.println("What the run took of this machine; Simulate is all the devices, the rest is the cloud and this program");
        out.print(table);
    }
}
