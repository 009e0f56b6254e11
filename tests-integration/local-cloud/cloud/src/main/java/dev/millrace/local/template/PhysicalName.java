package dev.millrace.local.template;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/// How CloudFormation names what the template does not name: stack, logical id and a suffix, within what the service
/// allows. On AWS the suffix is random; here it follows from stack and logical id, so that a restarted cloud finds its
/// own data and a run can be repeated.
///
/// @param lengthMax  longest name that the service takes
/// @param lowerCase  whether the service wants lower case
/// @param separator  what stands between the parts
public record PhysicalName(int lengthMax, boolean lowerCase, char separator) {
    /// Most services; 64 is the limit of Lambda functions and IAM roles.
    public static final PhysicalName ORDINARY = new PhysicalName(64, false, '-');
    /// S3: 3 to 63 of lower-case letters, digits and hyphens.
    public static final PhysicalName BUCKET = new PhysicalName(63, true, '-');
    /// Kinesis: up to 128 of `a-zA-Z0-9_.-`.
    public static final PhysicalName STREAM = new PhysicalName(128, false, '-');
    /// AWS IoT rules: up to 128 of `a-zA-Z0-9_`.
    public static final PhysicalName RULE = new PhysicalName(128, false, '_');
    private static final int SUFFIX_LENGTH = 12;
    private static final int SHORTEST = 2 * SUFFIX_LENGTH;

    public PhysicalName {
        if (lengthMax < SHORTEST) {
            throw new IllegalArgumentException("lengthMax less than %d: %d".formatted(SHORTEST, lengthMax));
        }
    }

    String generate(String stack, String logicalId) {
        String parts = (stack + separator + logicalId).replaceAll("[^a-zA-Z0-9]", String.valueOf(separator));
        int room = lengthMax - SUFFIX_LENGTH - 1;
        if (parts.length() > room) {
            // both parts stay recognisable: the stack's name gives way first
            int ofId = Math.min(logicalId.length(), room * 2 / 3);
            int ofStack = Math.min(stack.length(), room - ofId - 1);
            parts = parts.substring(0, ofStack) + separator + parts.substring(stack.length() + 1, stack.length() + 1 + ofId);
        }
        String name = parts + separator + suffix(stack + "/" + logicalId);
        return lowerCase ? name.toLowerCase(Locale.ROOT) : name;
    }

    private static String suffix(String of) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(of.getBytes(UTF_8));
            return new BigInteger(1, hash).toString(36).toUpperCase(Locale.ROOT).substring(0, SUFFIX_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
