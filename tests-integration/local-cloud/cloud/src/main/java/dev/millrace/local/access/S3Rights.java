package dev.millrace.local.access;

import com.sun.net.httpserver.HttpExchange;
import dev.millrace.local.frontdoor.CallRefused;
import dev.millrace.local.frontdoor.S3Addressing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which rights a call of S3 needs ("Required permissions for Amazon S3 API operations").
final class S3Rights {
    private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");
    private static final Pattern PREFIX = Pattern.compile("(?:.*&)?prefix=([^&]*).*");

    private S3Rights() {
    }

    /// @param objects whether there is an object, by bucket, slash and key
    static List<Right> of(String operation, HttpExchange exchange, Predicate<String> objects) throws IOException, CallRefused {
        String path = URLDecoder.decode(S3Addressing.pathStyle(exchange.getRequestHeaders().getFirst("Host"), exchange.getRequestURI().getRawPath())
                .substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
        String bucket = "arn:aws:s3:::" + path.replaceFirst("/.*", "");
        String object = "arn:aws:s3:::" + path;
        return switch (operation) {
            case "GetObject", "HeadObject" -> {
                Right read = new Right("s3:GetObject", object);
                // that there is no object is told to none but those who may list ("GetObject", permissions)
                yield objects.test(path) ? List.of(read) : List.of(read, new Right("s3:ListBucket", bucket));
            }
            case "PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload" -> put(exchange, object);
            case "CopyObject" -> copy(exchange, object);
            case "DeleteObject" -> List.of(new Right("s3:DeleteObject", object));
            case "DeleteObjects" -> deletes(exchange, bucket);
            case "GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging", "AbortMultipartUpload" -> List.of(new Right("s3:" + operation, object));
            case "ListObjects", "ListObjectsV2", "HeadBucket" -> List.of(new Right("s3:ListBucket", bucket, prefix(exchange)));
            default -> throw new CallRefused(501, "NotSimulated", "the local cloud does not know which rights %s of s3 needs".formatted(operation));
        };
    }

    private static Map<String, String> prefix(HttpExchange exchange) {
        String query = exchange.getRequestURI().getRawQuery();
        Matcher prefix = PREFIX.matcher(query == null ? "" : query);
        return prefix.matches() ? Map.of("s3:prefix", URLDecoder.decode(prefix.group(1), StandardCharsets.UTF_8)) : Map.of();
    }

    private static List<Right> put(HttpExchange exchange, String object) {
        List<Right> rights = new ArrayList<>(List.of(new Right("s3:PutObject", object)));
        if (exchange.getRequestHeaders().containsKey("x-amz-tagging")) {
            rights.add(new Right("s3:PutObjectTagging", object));
        }
        return rights;
    }

    private static List<Right> copy(HttpExchange exchange, String object) {
        String source = URLDecoder.decode(exchange.getRequestHeaders().getFirst("X-Amz-Copy-Source").replace("+", "%2B"), StandardCharsets.UTF_8);
        List<Right> rights = new ArrayList<>(put(exchange, object));
        rights.add(new Right("s3:GetObject", "arn:aws:s3:::" + source.replaceFirst("^/", "").replaceFirst("\\?.*", "")));
        return rights;
    }

    /// AWS answers key by key; here one that is denied denies the call.
    private static List<Right> deletes(HttpExchange exchange, String bucket) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        exchange.setStreams(new ByteArrayInputStream(body), null);
        List<Right> rights = new ArrayList<>();
        Matcher key = KEY.matcher(new String(body, StandardCharsets.UTF_8));
        while (key.find()) {
            rights.add(new Right("s3:DeleteObject", bucket + "/" + key.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"")
                    .replace("&apos;", "'").replace("&amp;", "&")));
        }
        return rights;
    }
}
