package dev.millrace.local.frontdoor;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;

/// Adds the tags of objects to an S3 stand-in that keeps each object as a plain file and has no tags itself.
///
/// The operations PutObjectTagging, GetObjectTagging and DeleteObjectTagging are answered here, all else is passed on. Tags are an
/// extended attribute of the object's file: they survive a restart and are gone with the file when the object is deleted
/// or another takes its place, as on S3. Tags that come with an object, or would have to go along with a copy, are refused.
public final class S3ObjectTags implements HttpHandler {
    private static final String ATTRIBUTE = "millrace.tags";
    private static final String TAGGING_HEADER = "X-Amz-Tagging";
    private static final int BODY_BYTES_MAX = 64 * 1_024;

    /// The object that a request is about.
    private record Target(String bucket, String key) {
        /// @param path style `/bucket/key`, encoded
        static Target of(String path) {
            String decoded = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
            int slash = decoded.indexOf('/', 1);
            return slash < 0 ? new Target(decoded.substring(1), "") : new Target(decoded.substring(1, slash), decoded.substring(slash + 1));
        }
    }

    private final HttpHandler s3;
    private final Path objects;

    /// @param s3      serves all but tags
    /// @param objects its directory, with the file `bucket/key` for each object
    public S3ObjectTags(HttpHandler s3, Path objects) {
        this.s3 = requireNonNull(s3, "s3 is null");
        this.objects = objects.toAbsolutePath().normalize();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try {
            URI uri = exchange.getRequestURI();
            if (OperationName.hasParameter(uri.getRawQuery(), "tagging")) {
                Target target = Target.of(S3Addressing.pathStyle(exchange.getRequestHeaders().getFirst("Host"), uri.getRawPath()));
                if (target.key().isEmpty()) {
                    throw refused(501, "NotImplemented", "tags of buckets are not simulated, asked for those of " + target.bucket());
                }
                answer(exchange, target);
                return;
            }
            requireNoTagsAlong(exchange);
        } catch (CallRefused e) {
            // a body that nobody reads ends the connection, and the client may miss the answer
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            e.error().send(exchange, "s3");
            return;
        }
        s3.handle(exchange);
    }

    private void answer(HttpExchange exchange, Target target) throws IOException, CallRefused {
        UserDefinedFileAttributeView attributes = attributes(target);
        try {
            switch (exchange.getRequestMethod()) {
                case "GET" -> send(exchange, 200, read(attributes).xml());
                case "PUT" -> {
                    byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
                    if (body.length > BODY_BYTES_MAX) {
                        throw refused(400, "MalformedXML", "a tag set of more than %d bytes".formatted(BODY_BYTES_MAX));
                    }
                    attributes.write(ATTRIBUTE, ByteBuffer.wrap(S3TagSet.parse(body).xml()));
                    send(exchange, 200, new byte[0]);
                }
                case "DELETE" -> {
                    if (attributes.list().contains(ATTRIBUTE)) {
                        attributes.delete(ATTRIBUTE);
                    }
                    send(exchange, 204, new byte[0]);
                }
                default -> throw refused(405, "MethodNotAllowed", "tags are read, put and deleted, not: " + exchange.getRequestMethod());
            }
        } catch (NoSuchFileException _) {
            // deleted in this moment
            throw noSuchKey(target);
        }
    }

    private UserDefinedFileAttributeView attributes(Target target) throws CallRefused {
        if (!Files.isDirectory(file(objects, target.bucket(), target))) {
            throw refused(404, "NoSuchBucket", "The specified bucket does not exist: " + target.bucket());
        }
        Path file = file(objects.resolve(target.bucket()), target.key(), target);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw noSuchKey(target);
        }
        return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    /// A name must not lead out of its directory, such as `../x` or `/etc`.
    private static Path file(Path directory, String name, Target target) throws CallRefused {
        try {
            Path file = directory.resolve(name).normalize();
            if (!file.startsWith(directory) || file.equals(directory)) {
                throw noSuchKey(target);
            }
            return file;
        } catch (InvalidPathException _) {
            throw noSuchKey(target);
        }
    }

    private static S3TagSet read(UserDefinedFileAttributeView attributes) throws IOException, CallRefused {
        if (!attributes.list().contains(ATTRIBUTE)) {
            return S3TagSet.EMPTY;
        }
        ByteBuffer value = ByteBuffer.allocate(attributes.size(ATTRIBUTE));
        attributes.read(ATTRIBUTE, value);
        return S3TagSet.parse(value.array());
    }

    /// The stand-in behind would drop them in silence.
    private void requireNoTagsAlong(HttpExchange exchange) throws IOException, CallRefused {
        if (exchange.getRequestHeaders().containsKey(TAGGING_HEADER)) {
            throw refused(501, "NotImplemented", "tags that come with an object are not simulated, put them by PutObjectTagging: "
                    + exchange.getRequestHeaders().getFirst(TAGGING_HEADER));
        }
        String source = exchange.getRequestHeaders().getFirst("X-Amz-Copy-Source");
        if (source != null && exchange.getRequestMethod().equals("PUT")) {
            Target copied = Target.of(source.startsWith("/") ? source : "/" + source);
            if (!read(attributes(copied)).tags().isEmpty()) {
                throw refused(501, "NotImplemented", "a copy of an object with tags is not simulated: %s/%s".formatted(copied.bucket(), copied.key()));
            }
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("x-amz-request-id", "local-s3-tags");
        if (body.length > 0) {
            exchange.getResponseHeaders().set("Content-Type", "application/xml");
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static CallRefused noSuchKey(Target target) {
        return refused(404, "NoSuchKey", "The specified key does not exist: %s/%s".formatted(target.bucket(), target.key()));
    }

    static CallRefused refused(int status, String code, String message) {
        return new CallRefused(status, code, message);
    }
}
