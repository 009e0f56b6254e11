package dev.millrace.local.s3;

import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/// Serves a directory as S3 on 127.0.0.1, path style: `LocalS3 PORT DIR`, port 0 for a free one. Objects are plain files,
/// `DIR/bucket/key`, and are there again after a restart. Signatures are not checked: that is the front door's work.
///
/// Prints `READY {"port":…}` when it serves and ends with exit code 0 at the end of its standard input. Wrong arguments
/// or a port in use end it with exit code 2 and a line on standard error.
public final class LocalS3 {
    private static final int PORT_MAX = 65_535;
    private static final int CANNOT_START = 2;

    private LocalS3() {
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 2 || !args[0].matches("\\d{1,5}") || Integer.parseInt(args[0]) > PORT_MAX) {
            refuse("usage: LocalS3 PORT DIR, with a port of 0 to %d; got: %s".formatted(PORT_MAX, String.join(" ", args)));
        }
        S3Proxy proxy = start(Integer.parseInt(args[0]), directory(args[1]));
        System.out.println("READY {\"port\":%d}".formatted(proxy.getPort()));
        System.in.transferTo(OutputStream.nullOutputStream());
        proxy.stop();
        System.exit(0);
    }

    private static Path directory(String name) {
        Path directory = Path.of(name);
        try {
            return Files.createDirectories(directory).toRealPath();
        } catch (IOException e) {
            refuse("cannot make directory %s: %s".formatted(directory.toAbsolutePath(), e));
            throw new IllegalStateException(e);
        }
    }

    private static S3Proxy start(int port, Path directory) throws Exception {
        S3Proxy proxy = S3Proxy.builder().blobStore(new WholeObjects(new FilesystemNio2BlobStore(directory.toString())))
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .awsAuthentication(AuthenticationType.NONE, null, null)
                // AWS adds headers faster than s3proxy learns them
                .ignoreUnknownHeaders(true)
                .build();
        try {
            proxy.start();
            return proxy;
        } catch (IOException e) {
            if (e instanceof BindException || e.getCause() instanceof BindException) {
                refuse("port %d on 127.0.0.1 is in use".formatted(port));
            }
            throw e;
        }
    }

    private static void refuse(String why) {
        System.err.println("local S3: " + why);
        System.exit(CANNOT_START);
    }
}
