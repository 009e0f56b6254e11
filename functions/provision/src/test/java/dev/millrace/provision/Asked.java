package dev.millrace.provision;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// What AWS IoT sends when a device asks.
final class Asked {
    /// Of a key that was thrown away.
    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBejCCAR+gAwIBAgIUF5U0fTsA6qmucOfbb/uOo7VPKGowCgYIKoZIzj0EAwIw
            ETEPMA0GA1UEAwwGc2FtcGxlMCAXDTI2MTEyNjE2NTQwMloYDzIxMjYxMTAyMTY1
            NDAyWjARMQ8wDQYDVQQDDAZzYW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
            AAQdAhKemHXnlbFwldyVUfj6AplGXnl3jZ2cqhitgp1lQaL8+yt7g7CmJpefmkhG
            59hac+zRvFepgJPHszKEMyAxo1MwUTAdBgNVHQ4EFgQUsTOyT+WgGzwGqDWLXi6C
            0YQxN94wHwYDVR0jBBgwFoAUsTOyT+WgGzwGqDWLXi6C0YQxN94wDwYDVR0TAQH/
            BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA+Sjz3JGKUX1o/8Q1L+X0hydLSwzC
            Fx2qEw1la8bMLAkCIQCQy5z0MDUyupEcXbnbM5gBMPhZnvRlLVnvkshEgNMkFA==
            -----END CERTIFICATE-----
            """;
    /// SHA-256 of its public key, by OpenSSL.
    static final String KEY = "a66dd27d9a5bed51cef756cf00839d0dc78af6270dc54e81a85e3264ba34cea9";
    static final String CLAIM_CERTIFICATE = "c1".repeat(32);
    static final String NEW_CERTIFICATE = "ab".repeat(32);

    private Asked() {
    }

    static String event(String serial) {
        return json(members("\"" + serial + "\""));
    }

    /// With one member in place of what it was; without it where the value is null.
    static String eventWith(String member, String value) {
        Map<String, String> members = members("\"SN-1\"");
        if (value == null) {
            members.remove(member);
        } else {
            members.put(member, value);
        }
        return json(members);
    }

    private static Map<String, String> members(String serial) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("claimCertificateId", "\"" + CLAIM_CERTIFICATE + "\"");
        members.put("certificateId", "\"" + NEW_CERTIFICATE + "\"");
        members.put("certificatePem", "\"" + CERTIFICATE.replace("\n", "\\n") + "\"");
        members.put("templateArn", "\"arn:aws:iot:eu-west-1:000000000000:provisioningtemplate/millrace-dev-device\"");
        members.put("clientId", "\"claim-SN-1\"");
        members.put("parameters", "{\"SerialNumber\":" + serial + "}");
        return members;
    }

    private static String json(Map<String, String> members) {
        return members.entrySet().stream().map(member -> "\"%s\":%s".formatted(member.getKey(), member.getValue())).collect(Collectors.joining(",", "{", "}"));
    }
}
