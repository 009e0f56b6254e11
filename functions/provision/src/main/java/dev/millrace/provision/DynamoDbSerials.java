package dev.millrace.provision;

import static java.util.Objects.requireNonNull;

import dev.millrace.events.Claim;
import dev.millrace.events.DeviceTypes;
import dev.millrace.events.Names;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/// Items `{serial, type, thing}` that an operator makes, `thing` only where it is not the serial number; this class adds
/// `{key, certificates, claimed_at}`. One conditional update decides and writes at once.
///
/// - **Over a claim certificate** a serial number is given to the first key that asks, and for a week to that key again: a
///   device that lost the answer, or crashed over it, asks with the key that it has kept and is let in. Another device has
///   another key. The week ends, so that who was revoked does not come back by the claim certificate.
/// - **Over the thing's own connection** a new key is let in: whoever holds one of the certificates of this serial number,
///   and is connected as its thing, may renew it. A certificate that was revoked does not get this far.
final class DynamoDbSerials implements Serials {
    /// Some decades of renewals, and the end of a device that renews in a loop.
    static final int CERTIFICATES_MAX = 100;
    private static final DeviceTypes TYPES = DeviceTypes.shipped();
    private static final String LISTED = "attribute_exists(serial)";
    private static final Duration SAME_KEY_AGAIN = Duration.ofDays(7);
    private static final String FIRST_OR_SAME_KEY = "(attribute_not_exists(#key) OR (#key = :key AND claimed_at > :since))";
    private static final String OWN_CONNECTION = "contains(certificates, :with) AND (thing = :client OR (attribute_not_exists(thing) AND serial = :client))";
    private static final String NOT_TOO_MANY = "(attribute_not_exists(certificates) OR size(certificates) < :max OR contains(certificates, :certificate))";

    private final DynamoDbClient dynamoDb;
    private final String table;
    private final InstantSource clock;

    /// @param table its name
    DynamoDbSerials(DynamoDbClient dynamoDb, String table, InstantSource clock) {
        this.dynamoDb = requireNonNull(dynamoDb, "dynamoDb is null");
        this.table = requireNonNull(table, "table is null");
        this.clock = requireNonNull(clock, "clock is null");
    }

    @Override
    public Decision claim(Request request) {
        boolean overClaim = request.clientId().startsWith(Claim.CLIENT_PREFIX);
        if (overClaim && !request.clientId().equals(Claim.clientId(request.serial()))) {
            return refused(request, "asked over the connection of client %s".formatted(Names.shown(request.clientId())));
        }
        try {
            return named(request, overClaim, dynamoDb.updateItem(update(request, overClaim)).attributes());
        } catch (ConditionalCheckFailedException e) {
            return refused(request, whyNot(request, overClaim, e.hasItem() ? e.item() : Map.of()));
        }
    }

    private UpdateItemRequest update(Request request, boolean overClaim) {
        Map<String, AttributeValue> values = new HashMap<>(Map.of(
                ":key", AttributeValue.fromS(request.key()),
                ":certificate", AttributeValue.fromS(request.certificateId()),
                ":certificates", AttributeValue.fromSs(List.of(request.certificateId())),
                ":now", AttributeValue.fromS(seconds(clock.instant())),
                ":max", AttributeValue.fromN(Integer.toString(CERTIFICATES_MAX))));
        if (overClaim) {
            values.put(":since", AttributeValue.fromS(seconds(clock.instant().minus(SAME_KEY_AGAIN))));
        } else {
            values.put(":with", AttributeValue.fromS(request.connectedWith()));
            values.put(":client", AttributeValue.fromS(request.clientId()));
        }
        return UpdateItemRequest.builder().tableName(table)
                .key(Map.of("serial", AttributeValue.fromS(request.serial())))
                .conditionExpression(String.join(" AND ", LISTED, overClaim ? FIRST_OR_SAME_KEY : OWN_CONNECTION, NOT_TOO_MANY))
                .updateExpression("SET #key = :key, claimed_at = if_not_exists(claimed_at, :now) ADD certificates :certificates")
                // a reserved word of DynamoDB
                .expressionAttributeNames(Map.of("#key", "key"))
                .expressionAttributeValues(values)
                .returnValues(ReturnValue.ALL_NEW)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }

    /// An entry of the list with a name or type that cannot be is the operator's to mend; then the same key is let in.
    private Decision named(Request request, boolean overClaim, Map<String, AttributeValue> item) {
        String thing = item.containsKey("thing") ? item.get("thing").s() : request.serial();
        String type = item.containsKey("type") ? item.get("type").s() : null;
        try {
            TYPES.require(Names.requireType(type));
            return new Decision.Allowed(thing, type, !overClaim);
        } catch (IllegalArgumentException e) {
            return refused(request, "its entry in the list is wrong: " + e.getMessage());
        }
    }

    private static String whyNot(Request request, boolean overClaim, Map<String, AttributeValue> item) {
        if (item.isEmpty()) {
            return "it is not in the list";
        }
        List<String> certificates = item.containsKey("certificates") ? item.get("certificates").ss() : List.of();
        if (overClaim && item.containsKey("key") && !request.key().equals(item.get("key").s())) {
            return "it was claimed with another key at " + item.get("claimed_at").s();
        }
        if (overClaim && item.containsKey("key") && certificates.size() < CERTIFICATES_MAX) {
            return "its key was let in at %s, and asks again after more than %d days".formatted(item.get("claimed_at").s(), SAME_KEY_AGAIN.toDays());
        }
        if (!overClaim && !certificates.contains(request.connectedWith())) {
            return "certificate %s of the connection is none of it".formatted(request.connectedWith());
        }
        if (certificates.size() >= CERTIFICATES_MAX) {
            return "it has had %d certificates".formatted(certificates.size());
        }
        return "client %s is not its thing".formatted(Names.shown(request.clientId()));
    }

    /// Of one length, so that they compare as text.
    private static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static Decision refused(Request request, String why) {
        return new Decision.Refused("serial number %s: %s".formatted(Names.shown(request.serial()), why));
    }
}
