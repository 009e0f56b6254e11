package dev.millrace.local.frontdoor;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.util.Set;
import java.util.TreeSet;

/// What an operation is called, from the request alone: the last part of `X-Amz-Target` for the JSON protocols, the
/// path for Smithy RPC, for S3's REST interface the method with the sub-resource in the query, and for that of AWS IoT's data
/// plane the method and the path.
final class OperationName {
    private static final String SMITHY = "/operation/";

    private OperationName() {
    }

    static String of(String service, String method, URI uri, Headers headers) {
        String target = headers.getFirst("X-Amz-Target");
        if (target != null) {
            return target.substring(target.lastIndexOf('.') + 1);
        }
        String path = uri.getRawPath();
        int smithy = path.lastIndexOf(SMITHY);
        if (path.startsWith("/service/") && smithy > 0) {
            return path.substring(smithy + SMITHY.length());
        }
        return switch (service) {
            case "s3" -> s3(method, uri, headers);
            case "iotdata" -> iotData(method, path);
            default -> method + " " + path;
        };
    }

    static boolean hasParameter(String rawQuery, String name) {
        return names(rawQuery).contains(name);
    }

    private static String iotData(String method, String path) {
        String kind = path.startsWith("/topics/") ? "topic" : path.startsWith("/things/") && path.endsWith("/shadow") ? "shadow" : path;
        return switch (method + " " + kind) {
            case "POST topic" -> "Publish";
            case "GET shadow" -> "GetThingShadow";
            case "POST shadow" -> "UpdateThingShadow";
            case "DELETE shadow" -> "DeleteThingShadow";
            default -> method + " " + path;
        };
    }

    private static String s3(String method, URI uri, Headers headers) {
        String path = S3Addressing.pathStyle(headers.getFirst("Host"), uri.getRawPath());
        int slash = path.indexOf('/', 1);
        Set<String> query = names(uri.getRawQuery());
        if (path.length() <= 1) {
            return "ListBuckets";
        }
        return slash < 0 || slash == path.length() - 1 ? bucket(method, query) : object(method, query, headers.containsKey("X-Amz-Copy-Source"));
    }

    private static String bucket(String method, Set<String> query) {
        return switch (method) {
            case "GET" -> query.contains("list-type") ? "ListObjectsV2"
                    : query.contains("uploads") ? "ListMultipartUploads"
                    : query.contains("location") ? "GetBucketLocation"
                    : query.isEmpty() || query.contains("prefix") || query.contains("max-keys") ? "ListObjects"
                    : "GET bucket " + query;
            case "HEAD" -> "HeadBucket";
            case "PUT" -> query.isEmpty() ? "CreateBucket" : "PUT bucket " + query;
            case "DELETE" -> query.isEmpty() ? "DeleteBucket" : "DELETE bucket " + query;
            case "POST" -> query.contains("delete") ? "DeleteObjects" : "POST bucket " + query;
            default -> method + " bucket";
        };
    }

    private static String object(String method, Set<String> query, boolean copies) {
        boolean upload = query.contains("uploadId");
        if (query.contains("tagging")) {
            return switch (method) {
                case "GET" -> "GetObjectTagging";
                case "PUT" -> "PutObjectTagging";
                case "DELETE" -> "DeleteObjectTagging";
                default -> method + " object tagging";
            };
        }
        return switch (method) {
            case "GET" -> upload ? "ListParts" : "GetObject";
            case "HEAD" -> "HeadObject";
            case "PUT" -> upload ? (copies ? "UploadPartCopy" : "UploadPart") : copies ? "CopyObject" : "PutObject";
            case "DELETE" -> upload ? "AbortMultipartUpload" : "DeleteObject";
            case "POST" -> upload ? "CompleteMultipartUpload" : query.contains("uploads") ? "CreateMultipartUpload" : "POST object " + query;
            default -> method + " object";
        };
    }

    /// The names of the sub-resources and parameters, without those of a signature and of the SDK's own bookkeeping.
    private static Set<String> names(String rawQuery) {
        Set<String> names = new TreeSet<>();
        if (rawQuery != null) {
            for (String pair : rawQuery.split("&", -1)) {
                String name = pair.contains("=") ? pair.substring(0, pair.indexOf('=')) : pair;
                if (!name.startsWith("X-Amz-") && !name.equals("x-id") && !name.isEmpty()) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
