package dev.millrace.events;

import java.util.regex.Pattern;

/// How a device that has nothing of its own but its serial number asks to be provisioned: it connects with a claim
/// certificate, which many devices share, under a client id with its serial number.
///
/// The claim certificate's policy lets it have such client ids alone, and no thing has a name of that form. So who has
/// stolen a claim certificate can neither take over the session of a thing nor, without knowing it, that of a device which
/// is being provisioned.
public final class Claim {
    /// Every claimant's client id begins with it, and no thing's name.
    public static final String CLIENT_PREFIX = "claim-";
    private static final Pattern SERIAL = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    private Claim() {
    }

    /// A serial number may become a thing's name and is part of a client id.
    ///
    /// @throws IllegalArgumentException if it is not 1 to 64 of `a-zA-Z0-9_-`
    public static String requireSerial(String serial) {
        if (serial == null || !SERIAL.matcher(serial).matches()) {
            throw new IllegalArgumentException("serial number must match %s: %s".formatted(SERIAL, Names.shown(serial)));
        }
        return serial;
    }

    /// Of a device that has no certificate of its own yet.
    public static String clientId(String serial) {
        return CLIENT_PREFIX + requireSerial(serial);
    }

    /// @throws IllegalArgumentException if no thing may have the name
    public static String requireNoClaimant(String thing) {
        if (Names.requireThing(thing).startsWith(CLIENT_PREFIX)) {
            throw new IllegalArgumentException("a thing's name must not begin with %s: %s".formatted(CLIENT_PREFIX, Names.shown(thing)));
        }
        return thing;
    }
}
