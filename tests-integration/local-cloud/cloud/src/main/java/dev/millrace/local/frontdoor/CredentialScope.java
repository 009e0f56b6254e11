package dev.millrace.local.frontdoor;

import com.sun.net.httpserver.Headers;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Who calls which service, from the credential scope of an AWS Signature Version 4, in the header or, for a
/// presigned request, in the query. The signature itself is not verified: there is no secret to keep here.
///
/// Source of the form: AWS General Reference, "Elements of an AWS API request signature".
/// SigV4a (`AWS4-ECDSA-P256-SHA256`) leaves the region out of its scope, so the service is read from the end.
record CredentialScope(String accessKeyId, String service) {
    private static final Pattern HEADER = Pattern.compile("AWS4-[A-Z0-9-]+ .*?Credential=([^, ]+).*");
    private static final Pattern QUERY = Pattern.compile("(?:^|.*&)X-Amz-Credential=([^&]+).*");
    private static final Pattern SCOPE = Pattern.compile("(.+?)/\\d{8}/(?:[^/]+/)?([^/]+)/aws4_request");

    static Optional<CredentialScope> of(Headers headers, String rawQuery) {
        String authorization = headers.getFirst("Authorization");
        if (authorization != null) {
            return in(HEADER.matcher(authorization));
        }
        return rawQuery == null ? Optional.empty() : in(QUERY.matcher(rawQuery));
    }

    private static Optional<CredentialScope> in(Matcher request) {
        if (!request.matches()) {
            return Optional.empty();
        }
        Matcher scope = SCOPE.matcher(URLDecoder.decode(request.group(1), StandardCharsets.UTF_8));
        return scope.matches() ? Optional.of(new CredentialScope(scope.group(1), scope.group(2))) : Optional.empty();
    }
}
