package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.events.DeviceType;
import dev.millrace.events.DeviceTypes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Device types and wire formats of the working tree beside those of a commit.
///
/// @param commit what was
record SchemaCheck(Git git, String commit) {
    static final String DEVICE_TYPES = "events/src/main/resources/dev/millrace/events/device-types";
    static final String PROTO = "events/src/main/proto";
    /// What devices send and have sent: the contract of both wire formats, byte for byte.
    static final String SAMPLES = "events/src/test/resources/dev/millrace/events/samples/valid";

    /// @return in the order of the files
    List<SchemaBreach> breaches() throws IOException, InterruptedException {
        List<SchemaBreach> breaches = new ArrayList<>();
        for (String file : git.files(commit, DEVICE_TYPES)) {
            if (isThere(file, breaches, "its tables and files stay: put it back, with all measures but one retired if nobody is to use it")) {
                breaches.addAll(new DeviceTypeChange(file, type(file + " at " + commit, before(file)), type(file, now(file))).breaches());
            }
        }
        for (String file : git.files(commit, PROTO)) {
            if (file.endsWith(".proto") && isThere(file, breaches, "devices speak it: put it back, a new version is a new file")) {
                breaches.addAll(ProtoFile.breaches(file, ProtoFile.parse(file + " at " + commit, new String(before(file), UTF_8)),
                        ProtoFile.parse(file, new String(now(file), UTF_8))));
            }
        }
        for (String file : git.files(commit, SAMPLES)) {
            if (isThere(file, breaches, "devices may send it: put it back") && !Arrays.equals(before(file), now(file))) {
                breaches.add(new SchemaBreach(file, "sample", before(file).length + " bytes", now(file).length + " other bytes",
                        "devices may send it as it was: put it back, and add another sample", false));
            }
        }
        return breaches;
    }

    private boolean isThere(String file, List<SchemaBreach> breaches, String remedy) {
        boolean isThere = Files.isRegularFile(path(file));
        if (!isThere) {
            breaches.add(new SchemaBreach(file, "file", "a file", "not there", remedy, false));
        }
        return isThere;
    }

    private Path path(String file) {
        return git.root().resolve(file);
    }

    private byte[] now(String file) throws IOException {
        return Files.readAllBytes(path(file));
    }

    private byte[] before(String file) throws IOException, InterruptedException {
        return git.read(commit, file);
    }

    private static DeviceType type(String name, byte[] json) {
        return DeviceTypes.parse(name, new ByteArrayInputStream(json));
    }
}
