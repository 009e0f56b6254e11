package dev.millrace.local;

import static java.util.Objects.requireNonNull;

import dev.millrace.local.frontdoor.CallCounter;
import dev.millrace.local.frontdoor.FrontDoor;
import dev.millrace.local.frontdoor.HttpProxy;
import dev.millrace.local.frontdoor.S3ObjectTags;
import dev.millrace.local.glue.LocalGlue;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The lake of a local cloud by itself: the objects and the catalog of its work directory behind a front door, with no
/// template, stream, function or device. The cloud may have ended or still run; what either writes, both see.
public final class LocalLake implements AutoCloseable {
    private final ChildProcess s3;
    private final FrontDoor door;
    private final CallCounter calls;

    private LocalLake(ChildProcess s3, FrontDoor door, CallCounter calls) {
        this.s3 = s3;
        this.door = door;
        this.calls = calls;
    }

    /// Starts S3 over the directory, and the catalog.
    ///
    /// @param projectRoot   of the built project: the class path of S3 is found from here
    /// @param workDirectory of a local cloud; an empty lake if there was none
    /// @param region        that of the cloud
    /// @param account       that of the cloud
    /// @throws ChildFailed           if S3 does not start
    /// @throws IllegalStateException if the catalog cannot be read
    public static LocalLake open(Path projectRoot, Path workDirectory, String region, String account) throws IOException, InterruptedException {
        requireNonNull(projectRoot, "projectRoot is null");
        Path work = Files.createDirectories(workDirectory.toAbsolutePath());
        var glue = new LocalGlue(catalogDirectory(work), region, account);
        var standIns = new StandIns(projectRoot.resolve("tests-integration/local-cloud"), work);
        var calls = new CallCounter();
        ChildProcess s3 = standIns.startS3("s3-of-lake");
        try {
            FrontDoor door = FrontDoor.open(0, Map.of("glue", glue, "s3", new S3ObjectTags(HttpProxy.toS3(StandIns.endpoint(s3)), standIns.s3Directory())),
                    List.of(), List.of(calls));
            return new LocalLake(s3, door, calls);
        } catch (IOException | RuntimeException e) {
            s3.close();
            throw e;
        }
    }

    /// Where a local cloud keeps its catalog and the queries of its template, see [dev.millrace.local.glue.NamedQuery#read].
    public static Path catalogDirectory(Path workDirectory) {
        return workDirectory.resolve("glue");
    }

    /// Of S3 and Glue.
    public URI awsEndpoint() {
        return door.endpoint();
    }

    /// How often each operation was called.
    public Map<CallCounter.Operation, CallCounter.Count> calls() {
        return calls.counts();
    }

    @Override
    public void close() {
        door.close();
        s3.close();
    }
}
