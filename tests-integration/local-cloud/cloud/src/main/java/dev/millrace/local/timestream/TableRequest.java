package dev.millrace.local.timestream;

import java.util.List;
import java.util.Optional;

/// The settings in a CreateTable call.
final class TableRequest {
    private TableRequest() {
    }

    static TableSettings settings(Fields request) {
        Optional<Fields> retention = request.optionalObject("RetentionProperties");
        long memoryHours = retention.map(properties -> required(properties, "MemoryStoreRetentionPeriodInHours"))
                .orElse((long) TableSettings.DEFAULT.memoryRetentionHours());
        long magneticDays = retention.map(properties -> required(properties, "MagneticStoreRetentionPeriodInDays"))
                .orElse((long) TableSettings.DEFAULT.magneticRetentionDays());
        try {
            return new TableSettings(Math.toIntExact(memoryHours), Math.toIntExact(magneticDays), magneticWrites(request), partitionKey(request));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw ApiException.validation("%s", e.getMessage());
        }
    }

    private static long required(Fields properties, String name) {
        return properties.optionalLong(name).orElseThrow(() -> ApiException.validation("%s is missing", name));
    }

    private static boolean magneticWrites(Fields request) {
        Optional<Fields> properties = request.optionalObject("MagneticStoreWriteProperties");
        boolean enabled = properties.map(some -> some.flag("EnableMagneticStoreWrites")).orElse(false);
        if (enabled && properties.flatMap(some -> some.optionalObject("MagneticStoreRejectedDataLocation")).isEmpty()) {
            throw ApiException.validation("MagneticStoreRejectedDataLocation is required when EnableMagneticStoreWrites is true");
        }
        return enabled;
    }

    private static PartitionKey partitionKey(Fields request) {
        List<Fields> keys = request.optionalObject("Schema").map(schema -> schema.objects("CompositePartitionKey")).orElse(List.of());
        if (keys.isEmpty()) {
            return new PartitionKey.ByMeasure();
        }
        if (keys.size() > 1) {
            throw ApiException.validation("CompositePartitionKey must hold one key, not %d", keys.size());
        }
        Fields key = keys.getFirst();
        return switch (key.text("Type")) {
            case "MEASURE" -> new PartitionKey.ByMeasure();
            case "DIMENSION" -> new PartitionKey.ByDimension(key.text("Name"), isRequired(key));
            default -> throw ApiException.validation("CompositePartitionKey.Type must be DIMENSION or MEASURE, not %s", key.text("Type"));
        };
    }

    private static boolean isRequired(Fields key) {
        return switch (key.optionalText("EnforcementInRecord").orElse("OPTIONAL")) {
            case "REQUIRED" -> true;
            case "OPTIONAL" -> false;
            default -> throw ApiException.validation("EnforcementInRecord must be REQUIRED or OPTIONAL, not %s", key.text("EnforcementInRecord"));
        };
    }
}
