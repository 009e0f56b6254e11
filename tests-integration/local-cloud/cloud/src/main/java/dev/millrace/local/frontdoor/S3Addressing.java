package dev.millrace.local.frontdoor;

/// S3 has two ways to name a bucket: `/bucket/key`, and the host name `bucket.localhost` with `/key`. The child behind
/// the front door is asked in the first.
public final class S3Addressing {
    private static final String SUFFIX = ".localhost";

    private S3Addressing() {
    }

    /// @param host the Host header with or without a port, or null
    public static String pathStyle(String host, String rawPath) {
        if (host == null) {
            return rawPath;
        }
        String name = host.contains(":") ? host.substring(0, host.indexOf(':')) : host;
        return name.endsWith(SUFFIX) ? "/" + name.substring(0, name.length() - SUFFIX.length()) + rawPath : rawPath;
    }
}
