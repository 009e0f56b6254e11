package dev.millrace.local.timestream;

/// How a table is partitioned. Fixed when the table is made
/// (Timestream developer guide, "Customer-defined partition keys").
public sealed interface PartitionKey {
    /// The default: by measure name.
    record ByMeasure() implements PartitionKey {
    }

    /// By the value of one dimension.
    ///
    /// @param name     the dimension
    /// @param required whether a record without this dimension is rejected (`EnforcementInRecord`: REQUIRED)
    record ByDimension(String name, boolean required) implements PartitionKey {
        public ByDimension {
            ColumnNames.requireDimension(name);
        }
    }
}
